import type { MailDeliveryError } from '../../core/errors/mail-delivery-error.js';
import type { ResolvedMailSettings } from '../../core/settings/resolved-mail-settings.js';
import { tlsMode } from '../../core/settings/tls-mode.js';
import { applicationVerdict } from './application-verdict.js';
import { askForSender } from './ask-for-sender.js';
import type { DiagnosisOptions, DiagnosisStep } from './diagnosis-step.js';
import { greetServer } from './greet-server.js';
import { loginStep } from './login-step.js';
import { findAddresses, reachServer } from './reach-server.js';
import { secureConnection, startTlsAsSet } from './secure-connection.js';
import type { SmtpCheckContext } from './smtp-check-context.js';
import type { SmtpOffer } from './smtp-offer.js';
import { SmtpProbe } from './smtp-probe.js';

const LEAST_PATIENCE_MS = 3000;

/**
 * Looks at an SMTP server, step by step. Whether mails can leave is found out by the module's own check; our look comes
 * after it and not beside it, because some servers take one connection at a time.
 *
 * @returns why mails cannot leave; undefined when they can
 */
export async function diagnoseSmtp(
  settings: ResolvedMailSettings,
  { signal, named, onStep, onProgress, authorities }: DiagnosisOptions,
): Promise<MailDeliveryError | undefined> {
  const { host = '', port, connectionTimeout } = settings;
  const limitMs = connectionTimeout * 1000;
  const { addresses, step } = await bounded(signal, limitMs, patience =>
    findAddresses(host, named, patience),
  );
  if (step.status !== 'failed') onStep(step);
  onProgress(`Connecting to ${host}:${port} as the application does, for up to ${connectionTimeout} s ...`);
  const begun = performance.now();
  const verdict = await applicationVerdict(settings, signal, authorities);
  const tell = (found: DiagnosisStep, beyond = false): void => {
    const overruled = !beyond && found.status === 'failed' && verdict === undefined;
    if (!signal.aborted) onStep(overruled ? { ...found, status: 'warning' } : found);
  };
  if (step.status === 'failed') tell(step);
  if (addresses.length === 0) return verdict;
  // Who has not answered by then does not answer now either.
  const asPatient = verdict?.phase === 'connect' ? 0 : 2 * (performance.now() - begun);
  const patienceMs = Math.min(limitMs, Math.max(LEAST_PATIENCE_MS, asPatient));
  const refusal = await bounded(signal, patienceMs, patience =>
    look({ settings, host, named, signal, patience, verdict, tell, authorities }, addresses),
  );
  return verdict ?? refusal;
}

async function bounded<T>(
  signal: AbortSignal,
  milliseconds: number,
  run: (patience: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), milliseconds);
  try {
    return await run(AbortSignal.any([signal, over.signal]));
  } finally {
    clearTimeout(timer);
  }
}

/** Looks at what there is, as far as it goes. Resolves with a refusal that the module's check does not come to. */
async function look(
  scene: SmtpCheckContext,
  addresses: readonly string[],
): Promise<MailDeliveryError | undefined> {
  const { settings, patience, verdict, tell } = scene;
  const socket = await reachServer(scene, addresses);
  if (!socket) return undefined;
  const { implicit } = tlsMode(settings.secureSocketOption, settings.port);
  const dialogue = new SmtpProbe(socket, patience);
  try {
    if (implicit && !(await secureConnection(scene, dialogue))) return undefined;
    const offer = await greetServer(scene, dialogue, socket);
    const last = offer && !implicit ? await startTlsAsSet(scene, dialogue, offer) : offer;
    if (!last) return undefined;
    tell(loginStep(settings, last, verdict));
    const refusal = await askForSender(scene, dialogue);
    tell(sizeStep(last));
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
