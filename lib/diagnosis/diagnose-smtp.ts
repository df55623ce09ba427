import type { MailDeliveryError } from '../errors/mail-delivery-error.js';
import type { ResolvedMailSettings } from '../settings/resolved-mail-settings.js';
import { tlsMode } from '../settings/tls-mode.js';
import { applicationVerdict } from './application-verdict.js';
import { askForSender } from './ask-for-sender.js';
import type { DiagnosisOptions, DiagnosisStep } from './diagnosis-step.js';
import { greetServer } from './greet-server.js';
import { loginStep } from './login-step.js';
import { reachServer } from './reach-server.js';
import { secureConnection, startTlsAsSet } from './secure-connection.js';
import { SmtpDialogue } from './smtp-dialogue.js';
import type { SmtpOffer } from './smtp-offer.js';
import type { SmtpScene } from './smtp-scene.js';

/** How long our own look may go on when it is known whether the application can use the server. */
const AFTER_VERDICT_MS = 5000;

/**
 * Looks at an SMTP server, step by step, while the module's own check decides whether mails can leave.
 *
 * @returns why mails cannot leave; undefined when they can
 */
export async function diagnoseSmtp(
  settings: ResolvedMailSettings,
  { signal, named, onStep }: DiagnosisOptions,
): Promise<MailDeliveryError | undefined> {
  const patience = new AbortController();
  const giveUp = (): void => patience.abort();
  const timers = [setTimeout(giveUp, settings.connectionTimeout * 1000)];
  const verdict = applicationVerdict(settings, signal).finally(() => {
    timers.push(setTimeout(giveUp, AFTER_VERDICT_MS));
  });
  const tell = async (step: DiagnosisStep, beyond = false): Promise<void> => {
    const overruled = !beyond && step.status === 'failed' && (await verdict) === undefined;
    if (!signal.aborted) onStep(overruled ? { ...step, status: 'warning' } : step);
  };
  const bounded = AbortSignal.any([signal, patience.signal]);
  const host = settings.host ?? '';
  try {
    const refusal = await look({ settings, host, named, signal, patience: bounded, verdict, tell });
    return (await verdict) ?? refusal;
  } finally {
    for (const timer of timers) clearTimeout(timer);
  }
}

/** Looks at what there is, as far as it goes. Resolves with a refusal that the module's check does not come to. */
async function look(scene: SmtpScene): Promise<MailDeliveryError | undefined> {
  const { settings, patience, verdict, tell } = scene;
  const socket = await reachServer(scene);
  if (!socket) return undefined;
  const { implicit } = tlsMode(settings.secureSocketOption, settings.port);
  const dialogue = new SmtpDialogue(socket, patience);
  try {
    if (implicit && !(await secureConnection(scene, dialogue))) return undefined;
    const offer = await greetServer(scene, dialogue, socket);
    const last = offer && !implicit ? await startTlsAsSet(scene, dialogue, offer) : offer;
    if (!last) return undefined;
    await tell(loginStep(settings, last, await verdict));
    const refusal = await askForSender(scene, dialogue);
    await tell(sizeStep(last));
    return refusal;
  } finally {
    dialogue.close();
  }
}

function sizeStep({ size, extensions }: SmtpOffer): DiagnosisStep {
  const facts = { ...(size !== undefined && { size }), extensions };
  if (size === undefined || size === 0)
    return { step: 'size', status: 'ok', message: 'The server names no limit for the size of mails', facts };
  const megabytes = (size / 1_000_000).toFixed(1).replace(/\.0$/, '');
  return {
    step: 'size',
    status: 'ok',
    message: `Mails may have up to ${megabytes} MB (SIZE ${size})`,
    facts,
  };
}
