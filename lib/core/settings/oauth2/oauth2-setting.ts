import type { KeyObject } from 'node:crypto';
import { inspect } from 'node:util';
import type { MailSettingsProblem } from '../../errors/mail-settings-error.js';
import { NestedSection } from '../nested-section.js';
import { NestedSettingError } from '../nested-setting-error.js';
import type { SettingParser } from '../setting-parsers.js';
import { isRecord } from '../settings-section.js';
import { checkGrant } from './grant-rules.js';
import { unknownOAuth2Words } from './oauth2-keys.js';
import type { OAuth2Values } from './read-oauth2-values.js';
import { readOAuth2Values } from './read-oauth2-values.js';
import type { OAuth2GrantType, ResolvedOAuth2 } from './resolved-oauth2.js';
import { EXCHANGE_SCOPE, tenantEndpoint } from './tenant.js';

/**
 * Reads the setting `OAuth2`.
 *
 * @throws {@link NestedSettingError} with every problem at once
 */
export const oAuth2: SettingParser<ResolvedOAuth2> = value => {
  const problems: MailSettingsProblem[] = [];
  const report = (key: string, message: string): void => void problems.push({ key, message });
  if (!isRecord(value)) {
    report(
      '',
      'must be an object with TenantId or TokenEndpoint, ClientId, and ClientSecretFile or another secret',
    );
    throw new NestedSettingError(problems);
  }
  const section = new NestedSection(value, unknownOAuth2Words, report);
  const values = readOAuth2Values(section);
  const grantType = values.grantType ?? grantOf(section);
  checkGrant(section, values, section.isSet('GrantType') ? values.grantType : grantType);
  if (problems.length > 0) throw new NestedSettingError(problems);
  return resolved(values, grantType);
};

/** The way that the secrets which are given go with. */
function grantOf(section: NestedSection): OAuth2GrantType {
  const isGiven = (key: string): boolean => section.setKey(key) !== undefined;
  if (isGiven('RefreshToken')) return 'RefreshToken';
  return isGiven('PrivateKey') && !isGiven('Certificate') && !isGiven('ClientSecret')
    ? 'JwtBearer'
    : 'ClientCredentials';
}

function resolved(values: OAuth2Values, grantType: OAuth2GrantType): ResolvedOAuth2 {
  const { tenantId: tenant, key, certificate, clientSecret, refreshToken } = values;
  const ofTenant =
    tenant === undefined ? undefined : { endpoint: tenantEndpoint(tenant), scope: EXCHANGE_SCOPE };
  const endpoint = values.tokenEndpoint ?? key?.tokenEndpoint ?? ofTenant?.endpoint ?? '';
  const asked = values.scope ?? ofTenant?.scope;
  const countsTenant = ofTenant && (endpoint === ofTenant.endpoint || asked === ofTenant.scope);
  const visible = {
    grantType,
    ...(countsTenant && { tenantId: tenant }),
    tokenEndpoint: endpoint,
    ...given('scope', asked),
    ...given('clientId', values.clientId ?? key?.clientId),
    ...given('mechanism', values.mechanism),
    ...given('privateKeyId', key?.keyId ?? values.privateKeyId),
  };
  const secrets = {
    ...given('clientSecret', clientSecret),
    ...given('certificate', certificate?.toString()),
    ...given('privateKey', key && pemOf(key.key)),
    ...given('refreshToken', refreshToken),
  };
  return Object.freeze(withSecrets(visible, secrets));
}

/** Not enumerable, so that JSON and copies leave them out; with `showHidden`, `inspect` would print them all the same. */
function withSecrets<T extends object>(visible: T, secrets: Readonly<Record<string, string>>): T {
  const hidden = Object.entries(secrets).map(([name, secret]) => [
    name,
    { get: () => secret, enumerable: false },
  ]);
  return Object.defineProperties(visible, {
    ...(Object.fromEntries(hidden) as PropertyDescriptorMap),
    [inspect.custom]: { value: () => ({ ...visible }), enumerable: false },
  });
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function given<K extends string, T>(key: K, value: T | undefined): { [P in K]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: T });
}
