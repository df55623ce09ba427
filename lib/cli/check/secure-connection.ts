import { isIP } from 'node:net';
import { messageOf } from '../../core/errors/error-facts.js';
import { isLoopbackHost, tlsMode } from '../../core/settings/tls-mode.js';
import { certificateFacts } from './certificate-facts.js';
import { certificateStep } from './certificate-step.js';
import type { DiagnosisStep } from './diagnosis-step.js';
import { introduce } from './greet-server.js';
import { greetingInClear } from './greeting-in-clear.js';
import type { SmtpCheckContext } from './smtp-check-context.js';
import type { SmtpOffer } from './smtp-offer.js';
import type { SmtpProbe } from './smtp-probe.js';

/** TLS as the settings want it. Resolves with what the server offers then; undefined when there is no going on. */
export async function startTlsAsSet(
  scene: SmtpCheckContext,
  dialogue: SmtpProbe,
  offer: SmtpOffer,
): Promise<SmtpOffer | undefined> {
  const { named } = scene;
  const { secureSocketOption, enableSsl, port } = scene.settings;
  const { startTls } = tlsMode(secureSocketOption, port);
  const facts = { startTlsOffered: offer.startTls, used: false };
  if (startTls === 'never' || (startTls === 'when-offered' && !offer.startTls)) {
    scene.tell(clearStep(scene, offer));
    return offer;
  }
  if (!offer.startTls) {
    scene.tell({
      step: 'tls',
      status: 'failed',
      message: `The server does not offer STARTTLS, which ${named(enableSsl ? 'EnableSsl' : 'SecureSocketOption')} demands`,
      advice: askForTls(named),
      facts,
    });
    return undefined;
  }
  const reply = await dialogue.say('STARTTLS').catch((error: unknown) => messageOf(error));
  if (typeof reply === 'string' || reply.code !== 220) {
    const said = typeof reply === 'string' ? reply : `${reply.code} ${reply.lines.join(' ')}`;
    scene.tell({
      step: 'tls',
      status: 'failed',
      message: `The server offers STARTTLS, but refuses it: ${said}`,
      advice: 'Mend TLS on the server; most often it cannot read its certificate or key',
      facts,
    });
    return undefined;
  }
  if (!(await secureConnection(scene, dialogue))) return undefined;
  return introduce(dialogue);
}

/** The connection stays in clear, and the settings let it. */
function clearStep({ settings, host, named }: SmtpCheckContext, offer: SmtpOffer): DiagnosisStep {
  const why =
    settings.secureSocketOption === 'None'
      ? `${named('SecureSocketOption')} is None${offer.startTls ? ', although the server offers STARTTLS' : ''}`
      : 'the server does not offer STARTTLS';
  const facts = { startTlsOffered: offer.startTls, used: false };
  if (isLoopbackHost(host)) {
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

/** Starts TLS and looks at the certificate. Resolves with whether there is a connection to go on with. */
export async function secureConnection(scene: SmtpCheckContext, dialogue: SmtpProbe): Promise<boolean> {
  const { named } = scene;
  const { port, secureSocketOption } = scene.settings;
  try {
    const secured = await dialogue.secure(isIP(scene.host) > 0 ? undefined : scene.host, scene.authorities);
    const facts = certificateFacts(secured, scene.host);
    const { implicit } = tlsMode(secureSocketOption, port);
    scene.tell({
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
    scene.tell(certificateStep(facts, scene.host, named));
    return true;
  } catch (error) {
    const { implicit } = tlsMode(secureSocketOption, port);
    const greeting = implicit ? await greetingInClear({ host: scene.host, port }, scene.signal) : undefined;
    const instead = secureSocketOption === 'SslOnConnect' ? 'StartTls or Auto' : 'StartTls';
    scene.tell({
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
