import { connect, isIP } from 'node:net';
import { isLoopbackAddress } from '../../core/address/loopback.js';
import { localLookup } from '../../core/delivery/smtp/local-lookup.js';
import { messageOf } from '../../core/errors/error-facts.js';
import { greetingName } from '../../core/settings/greeting-name.js';
import { tlsMode } from '../../core/settings/tls-mode.js';
import { certificateFacts } from './certificate-facts.js';
import { certificateStep } from './certificate-step.js';
import type { DiagnosisStep } from './diagnosis-step.js';
import { introduce } from './greet-server.js';
import type { SmtpCheckContext } from './smtp-check-context.js';
import type { SmtpOffer } from './smtp-probe.js';
import { SmtpProbe } from './smtp-probe.js';
import { withinTime } from './within-time.js';

/** How long a server may take to greet in clear, when it has not answered the TLS handshake. */
const CLEAR_GREETING_MS = 3000;

/**
 * Starts TLS where the settings ask for it, or says that the connection stays in clear.
 *
 * @returns what the server offers then; undefined when nothing more can be asked
 */
export async function startTlsAsSet(
  context: SmtpCheckContext,
  probe: SmtpProbe,
  offer: SmtpOffer,
): Promise<SmtpOffer | undefined> {
  const { named } = context;
  const { secureSocketOption, enableSsl, port } = context.settings;
  const { startTls } = tlsMode(secureSocketOption, port);
  const facts = { startTlsOffered: offer.startTls, used: false };
  if (startTls === 'never' || (startTls === 'when-offered' && !offer.startTls)) {
    context.tell(clearStep(context, offer, isLoopbackAddress(probe.remoteAddress)));
    return offer;
  }
  if (!offer.startTls) {
    context.tell({
      step: 'tls',
      status: 'failed',
      message: `The server does not offer STARTTLS, which ${named(enableSsl ? 'EnableSsl' : 'SecureSocketOption')} demands`,
      advice: askForTls(named),
      facts,
    });
    return undefined;
  }
  const reply = await probe.say('STARTTLS').catch((error: unknown) => messageOf(error));
  if (typeof reply === 'string' || reply.code !== 220) {
    const said = typeof reply === 'string' ? reply : `${reply.code} ${reply.lines.join(' ')}`;
    context.tell({
      step: 'tls',
      status: 'failed',
      message: `The server offers STARTTLS, but refuses it: ${said}`,
      advice: 'Mend TLS on the server; most often it cannot read its certificate or key',
      facts,
    });
    return undefined;
  }
  if (!(await secureConnection(context, probe))) return undefined;
  const { name } = greetingName(context.settings, { localAddress: probe.localAddress });
  const answer = await introduce(probe, name);
  return 'offer' in answer ? answer.offer : undefined;
}

/** The connection stays in clear, and the settings let it. */
function clearStep(
  { settings, named }: SmtpCheckContext,
  offer: SmtpOffer,
  loopback: boolean,
): DiagnosisStep {
  const why =
    settings.secureSocketOption === 'None'
      ? `${named('SecureSocketOption')} is None${offer.startTls ? ', although the server offers STARTTLS' : ''}`
      : 'the server does not offer STARTTLS';
  const facts = { startTlsOffered: offer.startTls, used: false };
  if (loopback) {
    const message = `Mails are handed over in clear, as ${why}; they stay on this machine`;
    return { step: 'tls', status: 'ok', message, facts };
  }
  return {
    step: 'tls',
    status: 'warning',
    message: `Mails cross the network in clear, as ${why}`,
    advice: offer.startTls
      ? `Set ${named('SecureSocketOption')} to StartTls, unless the network is trusted`
      : askForTls(named),
    facts,
  };
}

function askForTls(named: (key: string) => string): string {
  return `Ask for TLS on the server, or for the port where it has it, and set ${named('Port')} and ${named('SecureSocketOption')} so`;
}

/**
 * Makes the TLS handshake and reports on the certificate.
 *
 * @returns whether the handshake has succeeded
 */
export async function secureConnection(context: SmtpCheckContext, probe: SmtpProbe): Promise<boolean> {
  const { named } = context;
  const { port, secureSocketOption } = context.settings;
  try {
    const secured = await probe.secure(
      isIP(context.host) > 0 ? undefined : context.host,
      context.authorities,
    );
    const facts = certificateFacts(secured, context.host);
    const { implicit } = tlsMode(secureSocketOption, port);
    context.tell({
      step: 'tls',
      status: 'ok',
      message: `${secured.getProtocol()} ${implicit ? 'from the first byte' : 'after STARTTLS'}, ${secured.getCipher().standardName}`,
      facts: {
        protocol: secured.getProtocol(),
        cipher: secured.getCipher().standardName,
        implicit,
        used: true,
      },
    });
    context.tell(certificateStep(facts, context.host, named));
    return true;
  } catch (error) {
    const { implicit } = tlsMode(secureSocketOption, port);
    const greeting = implicit
      ? await greetingInClear({ host: context.host, port }, context.signal)
      : undefined;
    const instead = secureSocketOption === 'SslOnConnect' ? 'StartTls or Auto' : 'StartTls';
    context.tell({
      step: 'tls',
      status: 'failed',
      message:
        greeting === undefined
          ? `No TLS: ${plainReason(error)}`
          : `The server does not speak TLS from the first byte on port ${port}: it greets in clear (${greeting})`,
      advice:
        greeting === undefined
          ? `Check ${named('SecureSocketOption')} and ${named('Port')}; TLS 1.2 or later is needed`
          : `Set ${named('SecureSocketOption')} to ${instead}`,
      facts: { implicit, used: false, ...(greeting !== undefined && { greetingInClear: greeting }) },
    });
    return false;
  }
}

/** OpenSSL puts addresses and source files around its reason. */
function plainReason(error: unknown): string {
  return messageOf(error)
    .replace(/^[0-9A-F]+:error:[^:]*:[^:]*:[^:]*:([^:]+):.*$/s, '$1')
    .trim();
}

/** What a server that should begin with TLS says when nothing is said to it; undefined when it says nothing in time. */
function greetingInClear(
  target: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<string | undefined> {
  return withinTime(signal, CLEAR_GREETING_MS, async limit => {
    const probe = new SmtpProbe(connect({ ...target, lookup: localLookup }), limit);
    try {
      const { code, lines } = await probe.reply();
      return `${code} ${lines.join(' ')}`;
    } catch {
      return undefined;
    } finally {
      probe.destroy();
    }
  });
}
