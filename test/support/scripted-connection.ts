import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import type { SecureContextOptions } from 'node:tls';
import type { Certificate } from './certificates.js';

/** One step of a scripted conversation. */
export type ScriptStep =
  /** Says this, byte for byte. */
  | { readonly send: string | Buffer }
  /** Reads one line, which must match (a string: be equal, without its line end), then says `send`. */
  | { readonly expect: RegExp | string; readonly send?: string | Buffer }
  /** Reads up to and including CRLF.CRLF, then says `send`. */
  | { readonly expectData: true; readonly send?: string | Buffer }
  /** Ends the connection in the orderly way (FIN). */
  | { readonly close: true }
  /** Cuts the connection (RST). */
  | { readonly reset: true }
  /** Says nothing more, ever; the rest of the script is not reached. */
  | { readonly silence: true }
  /** Reads nothing more, so that the sender's buffers fill up, until the promise settles; then reads on and says nothing. */
  | { readonly readNothingUntil: Promise<unknown> }
  /** Does nothing for a while. */
  | { readonly waitMs: number }
  /** Does nothing until the promise settles. */
  | { readonly waitFor: Promise<unknown> }
  /** Says this one octet at a time. */
  | { readonly drip: string; readonly everyMs: number }
  /** Becomes a TLS server here: as first step for implicit TLS, after a 220 to STARTTLS else. */
  | { readonly startTls: ScriptedTls };

/** A server's certificate, and the TLS versions and ciphers that it is limited to. */
export type ScriptedTls = Certificate &
  Readonly<Pick<SecureContextOptions, 'minVersion' | 'maxVersion' | 'ciphers'>>;

/** What is said on one connection, from its first octet. After the last step the server keeps still. */
export type Script = readonly ScriptStep[];

/** One connection that follows a script. */
export class ScriptedConnection {
  readonly #received: Buffer[] = [];
  readonly #ended = new AbortController();
  #stream: Socket;
  #unread: Buffer = Buffer.alloc(0);
  #wake: () => void = () => undefined;

  constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('error', () => this.#end());
    socket.on('close', () => this.#end());
    this.#stream = this.#listenTo(socket);
  }

  /** Everything received, after decryption, as it came. */
  get receivedBytes(): Buffer {
    return Buffer.concat(this.#received);
  }

  /** Whether the connection is gone. */
  get closed(): boolean {
    return this.socket.destroyed;
  }

  /** Cuts the connection. */
  destroy(): void {
    this.#stream.destroy();
    this.socket.destroy();
  }

  /** Follows the script; resolves with what went against it, or undefined. */
  async run(script: Script): Promise<string | undefined> {
    for (const step of script) {
      const problem = await this.#follow(step);
      if (this.#ended.signal.aborted) return undefined;
      if (problem !== undefined) {
        this.destroy();
        return problem;
      }
    }
    return undefined;
  }

  #follow(step: ScriptStep): Promise<string | undefined> | string | undefined {
    if ('expect' in step) return this.#expectLine(step.expect, step.send);
    if ('expectData' in step) return this.#expectData(step.send);
    if ('send' in step) return this.#say(step.send);
    if ('drip' in step) return this.#drip(step.drip, step.everyMs);
    if ('waitMs' in step) return this.#pause(step.waitMs);
    if ('waitFor' in step) return step.waitFor.then(() => undefined);
    if ('startTls' in step) return this.#startTls(step.startTls);
    if ('silence' in step) return this.#untilEnd();
    if ('readNothingUntil' in step) return this.#readNothing(step.readNothingUntil);
    if ('reset' in step) this.socket.resetAndDestroy();
    else this.#stream.end();
    return undefined;
  }

  async #expectLine(wanted: RegExp | string, reply?: string | Buffer): Promise<string | undefined> {
    const line = (await this.#take('\n'))?.toString().replace(/\r?\n$/, '');
    if (line === undefined) return undefined;
    const fits = typeof wanted === 'string' ? line === wanted : line.search(wanted) >= 0;
    if (!fits) return `expected ${String(wanted)} but received ${JSON.stringify(line)}`;
    return this.#say(reply);
  }

  async #expectData(reply?: string | Buffer): Promise<string | undefined> {
    if (this.#unread.length < 3) await this.#more(3);
    const empty = this.#unread.subarray(0, 3).equals(Buffer.from('.\r\n'));
    const data = await this.#take(empty ? '.\r\n' : '\r\n.\r\n');
    return data && this.#say(reply);
  }

  #say(text: string | Buffer | undefined): undefined {
    if (text !== undefined && this.#stream.writable) this.#stream.write(text);
    return undefined;
  }

  async #drip(text: string, everyMs: number): Promise<undefined> {
    for (const octet of Buffer.from(text)) {
      await this.#pause(everyMs);
      if (this.#ended.signal.aborted) return;
      this.#say(Buffer.from([octet]));
    }
  }

  async #pause(ms: number): Promise<undefined> {
    await delay(ms, undefined, { signal: this.#ended.signal }).catch(() => undefined);
  }

  async #readNothing(until: Promise<unknown>): Promise<undefined> {
    this.#stream.pause();
    await until;
    this.#stream.resume();
    await this.#untilEnd();
  }

  async #untilEnd(): Promise<undefined> {
    await this.#more(Infinity);
  }

  #startTls(tls: ScriptedTls): Promise<undefined> {
    // What has arrived and is not read yet belongs to the handshake.
    this.socket.removeAllListeners('data');
    this.socket.pause();
    if (this.#unread.length > 0) this.socket.unshift(this.#unread);
    this.#unread = Buffer.alloc(0);
    const secured = new TLSSocket(this.socket, { isServer: true, ...tls });
    secured.on('error', () => this.#end());
    secured.on('close', () => this.#end());
    this.#stream = this.#listenTo(secured);
    return new Promise(resolve => {
      secured.once('secure', () => resolve(undefined));
      this.#ended.signal.addEventListener('abort', () => resolve(undefined));
    });
  }

  #listenTo(stream: Socket): Socket {
    stream.on('data', (chunk: Buffer) => {
      this.#received.push(chunk);
      this.#unread = Buffer.concat([this.#unread, chunk]);
      this.#wake();
    });
    return stream;
  }

  /** Takes the unread octets up to and including the mark; undefined when the connection ends before. */
  async #take(mark: string): Promise<Buffer | undefined> {
    for (;;) {
      const at = this.#unread.indexOf(mark);
      if (at >= 0) {
        const taken = this.#unread.subarray(0, at + mark.length);
        this.#unread = this.#unread.subarray(taken.length);
        return taken;
      }
      if (this.#ended.signal.aborted) return undefined;
      await this.#more(this.#unread.length + 1);
    }
  }

  /** Waits until so many octets are unread, or the connection has ended. */
  async #more(octets: number): Promise<void> {
    while (this.#unread.length < octets && !this.#ended.signal.aborted) {
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
  }

  #end(): void {
    this.#ended.abort();
    this.#wake();
  }
}
