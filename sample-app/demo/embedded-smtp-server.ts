import { EventEmitter, once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { simpleParser } from 'mailparser';
import type { SMTPServerDataStream, SMTPServerSession } from 'smtp-server';
import { SMTPServer } from 'smtp-server';
import type { DemoMail } from './demo-mail.js';

const HOST = '127.0.0.1';

/** A real SMTP server that keeps what it gets and delivers nothing. */
export class EmbeddedSmtpServer {
  readonly #server: SMTPServer;
  readonly #mails: DemoMail[] = [];
  readonly #arrivals = new EventEmitter();

  private constructor() {
    this.#server = new SMTPServer({
      name: 'demo.localhost',
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      closeTimeout: 100,
      onData: (stream, session, callback) => {
        this.#receive(stream, session).then(
          () => callback(),
          (error: Error) => callback(error),
        );
      },
    });
    // A client that breaks off is its own trouble; without a listener it would end the process.
    this.#server.on('error', () => undefined);
    // Nagle's algorithm and delayed acknowledgements together would add 40 ms to each mail.
    this.#server.server.on('connection', socket => socket.setNoDelay(true));
  }

  /** Starts one on a free port. */
  static async start(): Promise<EmbeddedSmtpServer> {
    const embedded = new EmbeddedSmtpServer();
    await once(embedded.#server.listen(0, HOST), 'listening');
    return embedded;
  }

  /** Where it listens. */
  get address(): { readonly host: string; readonly port: number } {
    const address = this.#server.server.address();
    if (typeof address !== 'object' || address === null)
      throw new Error('The embedded SMTP server is closed');
    return { host: HOST, port: address.port };
  }

  /** The mail with this Message-ID, as soon as it is there; rejects when the signal fires first. */
  async mail(messageId: string, signal: AbortSignal): Promise<DemoMail> {
    for (;;) {
      const found = this.#mails.find(({ content }) => content.messageId === messageId);
      if (found) return found;
      await once(this.#arrivals, 'mail', { signal });
    }
  }

  /** Calls back for every mail from now on. */
  onMail(show: (mail: DemoMail) => void): void {
    this.#arrivals.on('mail', show);
  }

  /** Stops listening and closes the connections. */
  async close(): Promise<void> {
    await new Promise<void>(resolve => this.#server.close(() => resolve()));
  }

  async #receive(stream: SMTPServerDataStream, { envelope }: SMTPServerSession): Promise<void> {
    const content = await simpleParser(await buffer(stream));
    const mail: DemoMail = {
      envelope: {
        from: envelope.mailFrom ? envelope.mailFrom.address : '',
        to: envelope.rcptTo.map(({ address }) => address),
      },
      content,
    };
    this.#mails.push(mail);
    this.#arrivals.emit('mail', mail);
  }
}
