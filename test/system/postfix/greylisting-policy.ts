import type { Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

/**
 * A policy server that Postfix asks at each recipient (its SMTPD_POLICY_README): the first try of a triplet of client, sender and
 * recipient is put off, as greylisting does.
 */
export class GreylistingPolicy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #seen = new Set<string>();
  readonly #known: readonly string[];

  private constructor(known: readonly string[]) {
    this.#known = known;
    this.#server = createServer(socket => {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => this.#sockets.delete(socket));
      const request = new Map<string, string>();
      // "name=value" lines; an empty one ends a request, and many requests come over one connection.
      createInterface(socket).on('line', line => {
        const [, name, value = ''] = /^([^=]+)=(.*)$/.exec(line) ?? [];
        if (name !== undefined) request.set(name, value);
        if (line !== '') return;
        socket.write(`action=${this.#action(request)}\n\n`);
        request.clear();
      });
    });
  }

  /** Starts a policy server that lets these recipients through at once. */
  static async start(known: readonly string[] = []): Promise<GreylistingPolicy> {
    const policy = new GreylistingPolicy(known);
    await new Promise<void>(resolve => policy.#server.listen(0, '127.0.0.1', resolve));
    return policy;
  }

  /** Parameters for a Postfix that asks this server. */
  get postfixParameters(): Record<string, string> {
    const address = this.#server.address();
    if (address === null || typeof address === 'string')
      throw new Error('The policy server does not listen.');
    return {
      smtpd_recipient_restrictions: `reject_unauth_destination, check_policy_service inet:127.0.0.1:${address.port}`,
    };
  }

  /** Number of triplets that were put off. */
  get putOff(): number {
    return this.#seen.size;
  }

  /** Ends the server; harmless when done twice. */
  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>(resolve => this.#server.close(() => resolve()));
  }

  #action(request: ReadonlyMap<string, string>): string {
    const recipient = request.get('recipient') ?? '';
    const triplet = `${request.get('client_address')} ${request.get('sender')} ${recipient}`;
    if (this.#known.includes(recipient) || this.#seen.has(triplet)) return 'DUNNO';
    this.#seen.add(triplet);
    return 'DEFER_IF_PERMIT 4.2.0 Greylisted, see postgrey(8)';
  }
}
