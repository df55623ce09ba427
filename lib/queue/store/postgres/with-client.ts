import type { ClientBase, Pool, PoolClient } from 'pg';
import type { Deadline } from './deadline.js';

/** An error of a connection in use reaches whoever waits for its answer; without a listener it would end the process as well. */
export function withoutErrorEvents(client: Pick<ClientBase, 'on' | 'removeListener'>): () => void {
  const listener = (): void => undefined;
  client.on('error', listener);
  return () => void client.removeListener('error', listener);
}

/**
 * Works with one connection of a pool. When the work fails the connection is cut: with it go its transaction, and whatever was
 * not sent yet.
 *
 * @throws what the pool or the work throws, or DeadlineError
 */
export async function withClient<T>(
  pool: Pool,
  deadline: Deadline,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const connecting = pool.connect();
  const client = await deadline.within(connecting).catch((error: unknown) => {
    // Somebody else can use the connection that came too late.
    connecting.then(
      late => late.release(),
      () => undefined,
    );
    throw error;
  });
  const hear = withoutErrorEvents(client);
  try {
    const result = await work(client);
    hear();
    client.release();
    return result;
  } catch (error) {
    client.release(true);
    throw error;
  }
}
