/** What is told of a connection while it is used. */
export interface ConnectionEvents {
  /** A command, or a line of a login, was sent. */
  commandSent(text: string): void;
  /** A whole reply came. */
  replyReceived(text: string): void;
  /** The last byte of a message was written. */
  messageWritten(): void;
  /** Clear text came behind the reply to STARTTLS. nodemailer drops it and goes on. */
  clearTextDropped(): void;
}

/** What an entry tells; a text alone tells nothing that is looked for. */
type LogEntry = Readonly<Record<string, unknown>>;
type LogMethod = (entry?: LogEntry | string, text?: string, ...rest: unknown[]) => void;

/**
 * A logger for nodemailer that makes events of its entries: nowhere else does nodemailer tell all of them.
 *
 * @param onConnected called with the own address of the connection before anything is said over it
 */
export function eventLogger(
  events: ConnectionEvents,
  onConnected: (localAddress: string) => void,
): Record<'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal', LogMethod> {
  const ignore = (): void => {};
  return {
    trace: ignore,
    debug: (entry, text = '') => {
      if (typeof entry !== 'object') return;
      if (entry['tnx'] === 'client') events.commandSent(text);
      else if (entry['tnx'] === 'server') events.replyReceived(text);
    },
    info: entry => {
      if (typeof entry !== 'object') return;
      const { tnx, localAddress } = entry;
      if (tnx === 'message') events.messageWritten();
      if (typeof localAddress === 'string') onConnected(localAddress);
    },
    warn: entry => {
      if (typeof entry === 'object' && entry['discarded'] !== undefined) events.clearTextDropped();
    },
    error: ignore,
    fatal: ignore,
  };
}
