import type { Socket } from 'node:net';
import { speaksTlsAtOnce } from '../../core/delivery/smtp/tls-probe.js';
import { messageOf } from '../../core/errors/error-facts.js';
import { greetingName } from '../../core/settings/greeting-name.js';
import type { DiagnosisStep } from './diagnosis-step.js';
import type { IntroductionRefusal } from './name-step.js';
import { nameStep } from './name-step.js';
import type { SmtpCheckContext } from './smtp-check-context.js';
import type { SmtpOffer, SmtpProbe, SmtpReply } from './smtp-probe.js';
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
  const name = greetingName(context.settings, { localAddress: socket.localAddress });
  const answer = await introduce(probe, name.name);
  context.tell(nameStep(name, 'offer' in answer ? undefined : answer.refusal, context.named));
  return 'offer' in answer ? answer.offer : undefined;
}

/** What a server offers after the introduction, or why it does not go on. */
export type IntroductionAnswer = { readonly offer: SmtpOffer } | { readonly refusal: IntroductionRefusal };

/** Says EHLO, or HELO to a server that does not know it. */
export async function introduce(probe: SmtpProbe, name: string): Promise<IntroductionAnswer> {
  let refusal: SmtpReply | undefined;
  try {
    const reply = await probe.say(`EHLO ${name}`);
    if (reply.code < 400) return { offer: smtpOffer(reply) };
    refusal = reply;
    const old = await probe.say(`HELO ${name}`);
    return old.code < 400 ? { offer: smtpOffer({ code: old.code, lines: [] }) } : { refusal: old };
  } catch (error) {
    const silent = error instanceof SmtpProbeError && error.silent;
    return { refusal: refusal ?? (silent ? 'silent' : 'closed') };
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
