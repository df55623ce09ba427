import type { Socket } from 'node:net';
import { speaksTlsAtOnce } from '../../core/delivery/smtp/tls-probe.js';
import { messageOf } from '../../core/errors/error-facts.js';
import type { DiagnosisStep } from './diagnosis-step.js';
import { ownName } from './own-name.js';
import type { SmtpCheckContext } from './smtp-check-context.js';
import type { SmtpOffer } from './smtp-offer.js';
import { smtpOffer } from './smtp-offer.js';
import type { SmtpProbe } from './smtp-probe.js';
import { SmtpProbeError } from './smtp-probe.js';

const HANDSHAKE_MS = 3000;

/** Waits for the greeting and introduces itself. Resolves with what the server offers. */
export async function greetServer(
  scene: SmtpCheckContext,
  dialogue: SmtpProbe,
  socket: Socket,
): Promise<SmtpOffer | undefined> {
  const greeting = await dialogue.reply().catch((error: unknown) => asError(error));
  if (greeting instanceof Error) {
    const { remoteAddress: address = scene.host } = socket;
    // Some servers take one connection at a time, and the next question needs one.
    dialogue.destroy();
    scene.tell(await noGreeting(scene, address, greeting));
    return undefined;
  }
  const { code } = greeting;
  const text = greeting.lines.join(' ');
  const step = { step: 'greeting', facts: { code, text } } as const;
  if (code !== 220) {
    const message = `The server turns this machine away: ${code} ${text}`;
    const advice = 'Ask the administrator of the mail server to let this machine in';
    scene.tell({ ...step, status: 'failed', message, advice });
    return undefined;
  }
  scene.tell({ ...step, status: 'ok', message: `${code} ${text}` });
  return introduce(dialogue);
}

/** Says EHLO, or HELO to a server that does not know it. Resolves with what the server offers; undefined when it ends the talk. */
export async function introduce(dialogue: SmtpProbe): Promise<SmtpOffer | undefined> {
  try {
    const reply = await dialogue.say(`EHLO ${ownName()}`);
    if (reply.code < 400) return smtpOffer(reply);
    const old = await dialogue.say(`HELO ${ownName()}`);
    return old.code < 400 ? smtpOffer({ code: old.code, lines: [] }) : undefined;
  } catch {
    return undefined;
  }
}

async function noGreeting(scene: SmtpCheckContext, address: string, error: Error): Promise<DiagnosisStep> {
  const { named } = scene;
  const silent = error instanceof SmtpProbeError && error.silent;
  const tls = silent && (await speaksTls(scene, address));
  return {
    step: 'greeting',
    status: 'failed',
    message: tls
      ? 'The server says nothing in clear: it speaks TLS from the first byte'
      : `No greeting of a mail server: ${error.message}`,
    advice: tls
      ? `Set ${named('SecureSocketOption')} to SslOnConnect`
      : `Check that ${named('Port')} is the port of a mail server`,
    facts: { silent, speaksTls: tls },
  };
}

function asError(error: unknown): Error {
  return error instanceof SmtpProbeError ? error : new SmtpProbeError(messageOf(error));
}

function speaksTls({ settings, signal }: SmtpCheckContext, host: string): Promise<boolean> {
  return speaksTlsAtOnce({ host, port: settings.port }, HANDSHAKE_MS, signal);
}
