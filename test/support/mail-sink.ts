import { once, setMaxListeners } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { SMTPServerDataStream, SMTPServerOptions, SMTPServerSession } from 'smtp-server';
import { createSelfSignedCertificate } from './certificates.js';
import { HANG_MS } from './hang-guard.js';
import type { MailSinkOptions, SmtpReply } from './mail-sink-options.js';
import { PromptSmtpServer } from './prompt-smtp-server.js';
import { ReceivedMail } from './received-mail.js';

export type { HideableExtension, MailSinkOptions, SmtpReply } from './mail-sink-options.js';
export type { ReceivedMail } from './received-mail.js';

/** A real SMTP server inside the test process that keeps what it is sent. */
export class MailSink {
  /** The address to connect to. */
  readonly host: string;
  /** Accepted messages in the order of their 250. */
  readonly messages: ReceivedMail[] = [];
  /** Command lines of all connections in the order of arrival, credentials blacked out by smtp-server. */
  readonly commands: string[] = [];
  /** Errors of connections, such as failed TLS handshakes. */
  readonly errors: Error[] = [];

  readonly #server: PromptSmtpServer;
  readonly #sockets = new Set<Socket>();
  readonly #closing = new AbortController();
  readonly #waiters = new Set<() => void>();
  #connections = 0;

  private constructor(private readonly options: MailSinkOptions) {
    this.host = options.host ?? '127.0.0.1';
    // Every reply that is delayed listens to it.
    setMaxListeners(0, this.#closing.signal);
    this.#server = new PromptSmtpServer(this.#serverOptions());
    this.#server.on('error', (error: Error) => this.errors.push(error));
    this.#server.server.on('connection', (socket: Socket) => {
      socket.setNoDelay(true);
      this.#connections += 1;
      this.#sockets.add(socket);
    });
  }

  /** Starts a sink on a free port. */
  static async start(options: MailSinkOptions = {}): Promise<MailSink> {
    const sink = new MailSink(options);
    await once(sink.#server.listen(0, sink.host), 'listening');
    return sink;
  }

  /** The port to connect to. */
  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  /** How many connections were ever accepted. */
  get connections(): number {
    return this.#connections;
  }

  /** How many connections are open now. */
  get openConnections(): number {
    return [...this.#sockets].filter(socket => !socket.destroyed).length;
  }

  /** The messages, as soon as there are `count` of them; rejects when that takes too long. */
  async waitForMessages(count: number, timeoutMs = HANG_MS): Promise<readonly ReceivedMail[]> {
    const timeout = AbortSignal.timeout(timeoutMs);
    const gaveUp = (): never => {
      throw new Error(`${this.messages.length} of ${count} messages came within ${timeoutMs} ms`);
    };
    while (this.messages.length < count) {
      if (timeout.aborted || this.#closing.signal.aborted) gaveUp();
      await this.#nextMessage(AbortSignal.any([timeout, this.#closing.signal]));
    }
    return this.messages;
  }

  /** Forgets messages, commands and errors; connections stay. */
  clear(): void {
    this.messages.length = 0;
    this.commands.length = 0;
    this.errors.length = 0;
  }

  /** Stops listening and cuts every connection. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    const closed = new Promise<void>(resolve => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #nextMessage(signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const done = (): void => {
        this.#waiters.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#waiters.add(done);
      signal.addEventListener('abort', done);
    });
  }

  #serverOptions(): SMTPServerOptions {
    const { tls = 'none', certificate, auth, size, hideExtensions = [] } = this.options;
    return {
      name: 'sink.test',
      secure: tls === 'implicit',
      ...(tls === 'none' ? {} : (certificate ?? createSelfSignedCertificate())),
      disableReverseLookup: true,
      closeTimeout: 1,
      allowInsecureAuth: true,
      authMethods: ['PLAIN', 'LOGIN'],
      disabledCommands: this.#disabledCommands(tls === 'implicit'),
      size,
      rejectOversized: true,
      hideSize: hideExtensions.includes('SIZE'),
      hidePIPELINING: hideExtensions.includes('PIPELINING'),
      hide8BITMIME: hideExtensions.includes('8BITMIME'),
      hideSMTPUTF8: hideExtensions.includes('SMTPUTF8'),
      logger: {
        debug: (entry: { tnx?: string }, _format: string, line: string) => {
          if (entry.tnx === 'command') this.commands.push(line);
        },
      },
      onSecure: (_socket, session, callback) => {
        session.disabledCommands = this.#disabledCommands(true);
        callback();
      },
      onAuth: ({ username, password }, _session, callback) => {
        if (username === auth?.user && password === auth?.pass) callback(null, { user: username });
        else callback(refusal({ code: 535, message: 'Authentication credentials invalid' }));
      },
      onMailFrom: ({ address }, session, callback) => {
        const anonymous = auth && !session.user;
        if (anonymous) callback(refusal({ code: 530, message: 'Authentication required' }));
        else callback(refusal(this.options.rejectSender?.(address)));
      },
      onRcptTo: ({ address }, _session, callback) =>
        callback(refusal(this.options.rejectRecipient?.(address))),
      onData: (stream, session, callback) => {
        this.#receive(stream, session).then(callback, callback);
      },
    };
  }

  #disabledCommands(secure: boolean): string[] {
    const { tls = 'none', auth, allowInsecureAuth = false } = this.options;
    return [
      ...(tls === 'starttls' ? [] : ['STARTTLS']),
      ...(auth && (secure || allowInsecureAuth) ? [] : ['AUTH']),
    ];
  }

  async #receive(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<Error | null> {
    const { mailFrom, rcptTo } = session.envelope;
    const envelope = { from: mailFrom ? mailFrom.address : '', to: rcptTo.map(({ address }) => address) };
    const user = typeof session.user === 'string' ? session.user : undefined;
    const raw = await buffer(stream);
    const { delayDataMs, rejectData } = this.options;
    const delayMs = typeof delayDataMs === 'function' ? delayDataMs() : delayDataMs;
    if (delayMs !== undefined) await delay(delayMs, undefined, { signal: this.#closing.signal });
    const refused = refusal(rejectData?.());
    if (refused || stream.sizeExceeded) return refused;
    this.messages.push(new ReceivedMail(envelope, raw, session.secure, user));
    for (const wake of this.#waiters) wake();
    return null;
  }
}

function refusal(reply: SmtpReply | undefined): (Error & { responseCode: number }) | null {
  return reply ? Object.assign(new Error(reply.message), { responseCode: reply.code }) : null;
}
