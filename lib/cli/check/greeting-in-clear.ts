import { connect } from 'node:net';
import { SmtpProbe } from './smtp-probe.js';

const PATIENCE_MS = 3000;

/** What a server says to whom it was to meet with TLS, when it is met in clear; undefined when it says nothing. */
export async function greetingInClear(
  target: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<string | undefined> {
  const socket = connect(target);
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  const dialogue = new SmtpProbe(socket, bounded);
  try {
    const { code, lines } = await dialogue.reply();
    return `${code} ${lines.join(' ')}`;
  } catch {
    return undefined;
  } finally {
    dialogue.destroy();
  }
}
