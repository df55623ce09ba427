import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { QueuedMailProgress } from 'nest-mailroom';
import { MailModule } from 'nest-mailroom';
import { KeptQueue } from '../support/kept-queue.js';
import { ask } from './http-request.js';
import type { PreviewApp } from './preview-app.js';
import { startPreviewApp } from './preview-app.js';

/** A queue that says of its mails what a test wants. */
class ToldQueue extends KeptQueue {
  told: QueuedMailProgress | undefined = { state: 'waiting', accepted: [], rejected: [], attempts: 0 };
  fails = false;

  override async progress(jobId: string): Promise<QueuedMailProgress> {
    this.asked.push(jobId);
    if (this.fails) throw new Error('the store is away');
    return this.told as QueuedMailProgress;
  }
}

let queue: ToldQueue;
let app: PreviewApp | undefined;
afterEach(() => app?.close());

async function start(): Promise<PreviewApp> {
  queue = new ToldQueue();
  app = await startPreviewApp({
    mail: MailModule.forRoot({ fromAddress: 'no-reply@contoso.com' }, { delivery: queue }),
  });
  return app;
}
const send = (one: PreviewApp, count = 1): Promise<unknown> =>
  Promise.all(
    Array.from({ length: count }, async (_, index) =>
      one.mail.send({ to: 'ann@contoso.com', subject: `Order ${index}`, text: 'It is on its way.' }),
    ),
  );
const page = async (one: PreviewApp, path = '/mailbox'): Promise<string> =>
  (await ask(`${one.url}${path}`)).body;
async function message(one: PreviewApp): Promise<Record<string, unknown>> {
  const [first = {}] = JSON.parse(await page(one, '/api/messages')) as Record<string, unknown>[];
  return first;
}
async function until(check: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error('It did not come to that within 20 s');
    await sleep(50);
  }
}

describe('A mail that a queue has taken', () => {
  it.each([
    ['waiting', 'queued'],
    ['delayed', 'to be delivered later'],
    ['active', 'being delivered'],
    ['delivered', 'delivered'],
    ['partly', 'partly delivered'],
    ['failed', 'failed'],
  ] as const)('is shown as what became of it: %s', async (state, words) => {
    const one = await start();
    queue.told = { state, accepted: [], rejected: [], attempts: 1 };
    await send(one);
    expect(await page(one)).toMatch(new RegExp(`class="badge \\w+">${words}<`));
    expect(await message(one)).toMatchObject({ status: 'queued', progress: { state } });
  });

  it('has its outcome for each recipient on its page, and the reason', async () => {
    const one = await start();
    queue.told = {
      state: 'partly',
      accepted: ['ann@contoso.com'],
      rejected: [{ address: 'b***@contoso.com', code: 550, response: '5.1.1 <unknown>', retryable: false }],
      attempts: 3,
      reason: '5.1.1 <unknown>',
    };
    await send(one);
    const { id } = await message(one);
    const body = await page(one, `/mailbox/${String(id)}?tab=delivery`);
    expect(body).toContain('b***@contoso.com');
    expect(body).toContain('5.1.1 &lt;unknown&gt;');
    expect(body).toContain('partly delivered');
  });

  it('is followed on an open page, which hears of every change, until it has ended', async () => {
    const one = await start();
    await send(one);
    expect(await message(one)).toMatchObject({ progress: { state: 'waiting' } });
    const stop = new AbortController();
    const stream = await fetch(`${one.url}/events`, {
      signal: stop.signal,
      headers: { cookie: await cookie(one) },
    });
    let heard = '';
    void (async () => {
      const decoder = new TextDecoder();
      for await (const piece of stream.body ?? []) heard += decoder.decode(piece as Uint8Array);
    })().catch(() => {});
    queue.told = { state: 'delivered', accepted: ['ann@contoso.com'], rejected: [], attempts: 1 };
    await until(async () => heard.includes('event: mailbox'));
    const asked = queue.asked.length;
    expect(await message(one)).toMatchObject({ progress: { state: 'delivered' } });
    await sleep(2500);
    expect(queue.asked).toHaveLength(asked);
    stop.abort();
  });

  it('is asked for at most every two seconds, however often pages are loaded, and not while nobody looks', async () => {
    const one = await start();
    await send(one);
    expect(queue.asked).toEqual([]);
    for (let load = 0; load < 10; load++) await page(one);
    expect(queue.asked).toHaveLength(1);
    await sleep(5000);
    expect(queue.asked).toHaveLength(1);
    await page(one);
    expect(queue.asked).toHaveLength(2);
  });

  it('is one of the newest 50 that a look asks for', async () => {
    const one = await start();
    await send(one, 70);
    await page(one);
    expect(queue.asked).toHaveLength(50);
  });

  it('stays as it was while the queue cannot be asked, and the others are not asked for then', async () => {
    const one = await start();
    await send(one, 30);
    queue.fails = true;
    expect(await message(one)).toMatchObject({ status: 'queued' });
    expect(await message(one)).not.toHaveProperty('progress');
    expect(queue.asked).toHaveLength(10);
  });

  it('of a delivery that tells nothing stays as it was, and is not asked for again', async () => {
    const one = await start();
    queue.told = undefined;
    await send(one);
    expect(await message(one)).not.toHaveProperty('progress');
    await sleep(2500);
    await page(one);
    expect(queue.asked).toHaveLength(1);
  });
});

async function cookie(one: PreviewApp): Promise<string> {
  const { headers } = await fetch(one.opening, { redirect: 'manual' });
  return headers.get('set-cookie')?.split(';')[0] ?? '';
}
