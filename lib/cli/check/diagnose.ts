import type { MailDeliveryError } from '../../core/errors/mail-delivery-error.js';
import type { ResolvedMailSettings } from '../../core/settings/resolved-mail-settings.js';
import { diagnosePickup } from './diagnose-pickup.js';
import { diagnoseSmtp } from './diagnose-smtp.js';
import type { DiagnosisOptions } from './diagnosis-step.js';
import { policyWords } from './policy-words.js';
import { signingSteps, unreadableKeySteps } from './signing-step.js';

/**
 * Finds out whether mails can leave with these settings, and if not, why and what to change. Sends nothing. The verdict
 * is that of the module's own check, so that it is never another one than the application's.
 *
 * @returns whether mails can leave; also true where `Enabled` is false, as nothing is to leave then
 * @throws the signal's reason when it fires
 */
export async function diagnose(settings: ResolvedMailSettings, options: DiagnosisOptions): Promise<boolean> {
  const { named, onStep, signal, nameServers, readerKeys } = options;
  const words = policyWords(settings, named);
  const { enabled, catchAllAddress, catchAllCCAddress, allowedDomains, maxRecipients } = settings;
  onStep({
    step: 'policy',
    status: enabled ? 'ok' : 'warning',
    message:
      words.length === 0
        ? `Mail goes to everybody that the application names, up to ${named('MaxRecipients')} (${maxRecipients})`
        : words.join('. '),
    ...(!enabled && { advice: `Set ${named('Enabled')} to true when mails are to leave` }),
    facts: { enabled, catchAllAddress, catchAllCCAddress, allowedDomains, maxRecipients },
  });
  if (!enabled) {
    onStep({ step: 'delivery', status: 'skipped', message: 'Nothing was tested, as nothing is sent' });
    return true;
  }
  const failure = await (settings.delivery === 'pickup' ? diagnosePickup : diagnoseSmtp)(settings, options);
  signal.throwIfAborted();
  const keys = settings.delivery === 'smtp' ? settings.dkim : readerKeys?.keys;
  const signing = [
    ...unreadableKeySteps(readerKeys?.problems ?? []),
    ...(await signingSteps(keys ?? [], signal, nameServers)),
  ];
  signal.throwIfAborted();
  for (const step of signing) onStep(step);
  onStep({
    step: 'delivery',
    status: failure ? 'failed' : 'ok',
    message: failure ? `Mails cannot leave: ${failure.message.replace(/\.$/, '')}` : readyWords(settings),
    ...(failure?.transcript && { transcript: failure.transcript }),
    facts: failure ? factsOf(failure) : { via: settings.delivery },
  });
  return failure === undefined;
}

function readyWords({ delivery, host, port, pickupDirectory }: ResolvedMailSettings): string {
  return delivery === 'pickup'
    ? `Mails can be written to ${pickupDirectory}`
    : `Mails can be handed to ${host}:${port}; nothing was sent`;
}

function factsOf({
  code,
  phase,
  retryable,
  responseCode,
  enhancedCode,
  response,
}: MailDeliveryError): Readonly<Record<string, unknown>> {
  return { code, phase, retryable, responseCode, enhancedCode, response };
}
