import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import type { MailMessage } from 'nest-mailroom';
import { MailDeliveryError } from 'nest-mailroom';
import { PostgresServer } from '../../support/postgres-server.js';
import type { QueueApp } from '../../support/queue-app.js';
import { sealingKey, startQueueApp } from '../../support/queue-app.js';
import { rejection } from '../../support/rejection.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { useEnds } from '../../support/test-ends.js';

const TIMEOUT_MS = 1000;
const MESSAGE: MailMessage = {
  to: 'ann@contoso.com',
  subject: 'Your order',
  text: 'It is on its way.',
  messageId: '<same@contoso.com>',
};

const ends = useEnds();

/** An application over PostgreSQL with a fallback, and a transaction of somebody else. */
async function start(): Promise<{ app: QueueApp; other: Client; fallen(): number }> {
  const server = await PostgresServer.start();
  ends.push(() => server.close());
  const folder = temporaryDirectory();
  ends.push(async () => folder.remove());
  const app = await startQueueApp(
    { connection: { postgres: server.url }, keys: [sealingKey()], timeoutMs: TIMEOUT_MS },
    {
      fallback: {
        FromAddress: 'no-reply@contoso.com',
        UseSpecifiedPickupDirectory: true,
        PickupDirectory: folder.path,
      },
    },
  );
  ends.push(() => app.close());
  const other = new Client({ connectionString: server.url });
  await other.connect();
  ends.push(() => other.end());
  await other.query('BEGIN');
  return {
    app,
    other,
    fallen: () => readdirSync(folder.path).filter(name => name.endsWith('.eml')).length,
  };
}

describe('A mail whose key is in the open transaction of somebody else', () => {
  it('fails in time, goes to no fallback, and keeps no other mail from the queue', async () => {
    const { app, other, fallen } = await start();
    await app.mail.send({ ...MESSAGE, messageId: '<before@contoso.com>' });
    await app.mail.send(MESSAGE, { transaction: other });
    const begun = performance.now();
    const error = await rejection(app.mail.send(MESSAGE));
    expect(performance.now() - begun).toBeLessThan(TIMEOUT_MS + 500);
    expect(error).toBeInstanceOf(MailDeliveryError);
    expect(error).toMatchObject({ code: 'EMAILWRITE', phase: 'write', retryable: true });
    expect(String(error)).toMatch(
      /The queue "mail" in PostgreSQL at \S+ did not take the mail: a lock was not given in time: a transaction that is still open has queued a mail with the same key.*Nothing was put into it\.$/,
    );
    expect(await app.mail.send({ ...MESSAGE, messageId: '<another@contoso.com>' })).toMatchObject({
      status: 'queued',
    });
    await other.query('COMMIT');
    expect(await app.mail.send(MESSAGE)).toMatchObject({ status: 'queued', duplicate: true });
    expect(fallen()).toBe(0);
  });
});
