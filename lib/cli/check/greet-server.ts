import type { Socket } from 'node:net';
import { hostname } from 'node:os';
import { speaksTlsAtOnce } from '../../core/delivery/smtp/tls-probe.js';
import { messageOf } from '../../core/errors/error-facts.js';
import type { DiagnosisStep } from './diagnosis-step.js';
import type { SmtpCheckContext } from './smtp-check-context.js';
import type { SmtpOffer, SmtpProbe } from './smtp-probe.js';
import { smtpOffer, SmtpProbeError } from './smtp-probe.js';

const HANDSHAKE_MS = 3000;

/**
 * Waits for the greeting of the server and introduces this machine.
 *
 * @returns what the server offers; undefined when it has not greeted, or does not go on
 */
export async function greetServer(
  context: SmtpCheckContext,
  probe: SmtpProbe,
  socket: Socket,
): Promise<SmtpOffer | undefined> {
  const greeting = await probe.reply().catch((error: unknown) => asError(error));
  if (greeting instanceof Error) {
    const { remoteAddress: address = context.host } = socket;
    // Some servers take one connection at a time, and asking for TLS needs another one.
    probe.destroy();
    context.tell(await noGreeting(context, address, greeting));
    return undefined;
  }
  const { code } = greeting;
  const text = greeting.lines.join(' ');
  const step = { step: 'greeting', facts: { code, text } } as const;
  if (code !== 220) {
    const message = `The server turns this machine away: ${code} ${text}`;
    const advice = 'Ask the administrator of the mail server to let this machine in';
    context.tell({ ...step, status: 'failed', message, advice });
    return undefined;
  }
  context.tell({ ...step, status: 'ok', message: `${code} ${text}` });
  return introduce(probe);
}

/**
 * Says EHLO, or HELO to a server that does not know it.
 *
 * @returns what the server offers; undefined when it refuses both, or closes the connection
 */
export async function introduce(probe: SmtpProbe): Promise<SmtpOffer | undefined> {
  try {
    const reply = await probe.say(`EHLO ${ownName()}`);
    if (reply.code < 400) return smtpOffer(reply);
    const old = await probe.say(`HELO ${ownName()}`);
    return old.code < 400 ? smtpOffer({ code: old.code, lines: [] }) : undefined;
  } catch {
    return undefined;
  }
}

async function noGreeting(context: SmtpCheckContext, address: string, error: Error): Promise<DiagnosisStep> {
  const { named } = context;
  const silent = error instanceof SmtpProbeError && error.silent;
  const tls = silent && (await speaksTls(context, address));
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

/** The name for EHLO (RFC 5321 4.1.1.1); a name without a dot is none. */
function ownName(): string {
  const name = hostname();
  return /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(name) ? name : '[127.0.0.1]';
}
