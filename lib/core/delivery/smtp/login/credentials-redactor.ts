import type { Redactor } from '../../../redaction/redact.js';
import { secretsRedactor } from '../../../redaction/redact.js';
import type { SmtpDeliveryOptions } from '../smtp-options.js';

/** Removes whatever of the credentials, those of a proxy too, could stand in what a server says. Links stay as they are. */
export function credentialsRedactor({ settings, extra, proxy, tokens }: SmtpDeliveryOptions): Redactor {
  const given: Readonly<Record<string, unknown>> = { ...extra.auth };
  const nested: Readonly<Record<string, unknown>> = {
    ...(extra.auth && 'credentials' in extra.auth && extra.auth.credentials),
  };
  const user = [given['user'], nested['user'], settings.username].find(value => typeof value === 'string');
  const named = ['pass', 'clientSecret', 'refreshToken', 'accessToken', 'privateKey'];
  const secrets = [
    settings.password,
    ...named.map(name => given[name]),
    nested['pass'],
    ...(proxy?.secrets ?? []),
  ];
  const redact = secretsRedactor(
    user,
    secrets.filter(secret => typeof secret === 'string'),
  );
  return tokens ? text => tokens.redact(redact(text)) : redact;
}
