import type { MailDeliveryError } from '../../core/errors/mail-delivery-error.js';
import type { ResolvedMailSettings } from '../../core/settings/resolved-mail-settings.js';
import { tlsMode } from '../../core/settings/tls-mode.js';
import { applicationVerdict } from './application-verdict.js';
import { askForSender } from './ask-for-sender.js';
import { askForConnections } from './connections-step.js';
import type { DiagnosisOptions, DiagnosisStep } from './diagnosis-step.js';
import { greetServer } from './greet-server.js';
import { loginStep } from './login-step.js';
import { findAddresses, reachServer } from './reach-server.js';
import { replacedTokenStep } from './replaced-token-step.js';
import { secureConnection, startTlsAsSet } from './secure-connection.js';
import type { SmtpCheckContext } from './smtp-check-context.js';
import type { SmtpOffer } from './smtp-probe.js';
import { SmtpProbe } from './smtp-probe.js';
import { tokenStep } from './token-step.js';
import { withinTime } from './within-time.js';

/** The least time limit for our own questions to the server, however quick the application's check was. */
const LEAST_PROBE_TIMEOUT_MS = 3000;

/**
 * Diagnoses an SMTP server, step by step. Whether mails can leave is found out by the application's own check; our
 * questions to the server come after it and not beside it, because some servers take one connection at a time.
 *
 * @returns why mails cannot leave; undefined when they can
 */
export async function diagnoseSmtp(
  settings: ResolvedMailSettings,
  { signal, named, onStep, onProgress, authorities }: DiagnosisOptions,
): Promise<MailDeliveryError | undefined> {
  const { host = '', port, connectionTimeout } = settings;
  const limitMs = connectionTimeout * 1000;
  const { addresses, step } = await withinTime(signal, limitMs, limit => findAddresses(host, named, limit));
  if (step.status !== 'failed') onStep(step);
  onProgress(`Connecting to ${host}:${port} as the application does, for up to ${connectionTimeout} s ...`);
  const begun = performance.now();
  const found = await applicationVerdict(settings, signal, authorities);
  const { verdict } = found;
  const tell = (told: DiagnosisStep, beyond = false): void => {
    const overruled = !beyond && told.status === 'failed' && verdict === undefined;
    if (!signal.aborted) onStep(overruled ? { ...told, status: 'warning' } : told);
  };
  if (step.status === 'failed') tell(step);
  if (addresses.length === 0) return verdict;
  // A server that the application's check could not connect to is not waited for much longer.
  const asLong = verdict?.phase === 'connect' ? 0 : 2 * (performance.now() - begun);
  const probeTimeoutMs = Math.min(limitMs, Math.max(LEAST_PROBE_TIMEOUT_MS, asLong));
  const refusal = await withinTime(signal, probeTimeoutMs, limit =>
    askServer({ ...found, settings, host, named, signal, probeSignal: limit, tell, authorities }, addresses),
  );
  return verdict ?? refusal;
}

/**
 * Asks the server for everything that it says of itself, as far as it answers.
 *
 * @returns why it refuses the sender, which the application's check does not ask for
 */
async function askServer(
  context: SmtpCheckContext,
  addresses: readonly string[],
): Promise<MailDeliveryError | undefined> {
  const { settings, probeSignal, verdict, signIn, tell } = context;
  const socket = await reachServer(context, addresses);
  if (!socket) return undefined;
  const { implicit } = tlsMode(settings.secureSocketOption, settings.port);
  const probe = new SmtpProbe(socket, probeSignal);
  try {
    if (implicit && !(await secureConnection(context, probe))) return undefined;
    const offer = await greetServer(context, probe, socket);
    const last = offer && !implicit ? await startTlsAsSet(context, probe, offer) : offer;
    if (!last) return undefined;
    const token = tokenStep(settings, signIn);
    if (token) tell(token);
    if (context.isRefreshTokenReplaced) tell(replacedTokenStep());
    tell(loginStep(settings, last, { verdict, signIn }));
    const refusal = await askForSender(context, probe);
    tell(sizeStep(last));
    // Where mails cannot leave anyway, more connections are no help.
    if (!verdict && !refusal) await askForConnections(context, socket);
    return refusal;
  } finally {
    probe.close();
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
