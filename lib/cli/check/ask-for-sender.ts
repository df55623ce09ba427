import { parseMailbox } from '../../core/address/parse-mailbox.js';
import { MailDeliveryError } from '../../core/errors/mail-delivery-error.js';
import type { SmtpCheckContext } from './smtp-check-context.js';
import type { SmtpProbe } from './smtp-probe.js';

/** Without a login: whether the server takes mails of this sender from this machine. Nothing is sent. */
export async function askForSender(
  context: SmtpCheckContext,
  probe: SmtpProbe,
): Promise<MailDeliveryError | undefined> {
  const { username, fromAddress, bounceAddress = fromAddress, useDefaultCredentials } = context.settings;
  const { named } = context;
  // What a server says before a login tells nothing of what it says after it.
  if (username !== undefined || useDefaultCredentials) return undefined;
  if (bounceAddress === undefined || context.verdict) return undefined;
  const { address } = parseMailbox(bounceAddress);
  if (!/^[\x21-\x7e]+$/.test(address)) return undefined;
  const reply = await probe.say(`MAIL FROM:<${address}>`).catch(() => undefined);
  if (!reply) return undefined;
  const text = `${reply.code} ${reply.lines.join(' ')}`;
  const step = { step: 'sender', facts: { address, code: reply.code } } as const;
  if (reply.code < 400) {
    await probe.say('RSET').catch(() => undefined);
    context.tell({ ...step, status: 'ok', message: `The server takes mails from ${address}` });
    return undefined;
  }
  const final = reply.code >= 500;
  const message = `The server does not take mails from ${address}: ${text}`;
  // The application would be refused at its first mail.
  context.tell(
    {
      ...step,
      status: final ? 'failed' : 'warning',
      message,
      advice:
        reply.code === 530
          ? `Set ${named('Username')} and ${named('Password')}: the server wants a login`
          : `Set ${named(context.settings.bounceAddress === undefined ? 'FromAddress' : 'BounceAddress')} to an address that the server lets this machine send from, or set ${named('Username')} and ${named('Password')} if it wants a login`,
    },
    true,
  );
  return final
    ? new MailDeliveryError('EMAILENVELOPE', `${message}.`, {
        phase: 'envelope',
        retryable: false,
        responseCode: reply.code,
      })
    : undefined;
}
