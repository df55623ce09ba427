import { describe, expect, it } from '@jest/globals';
import type { MailModuleOptions } from 'nest-mailroom';
import { MailDelivery } from 'nest-mailroom';
import { boundCode, BOUNDS, boundSettings, cutSend, until } from '../support/bounded-send.js';
import { useMailBench } from '../support/mail-bench.js';
import { LetterRenderer } from '../support/own-renderers.js';
import { rejection } from '../support/rejection.js';

const bench = useMailBench();
const MESSAGE = { to: 'ann@contoso.com', template: 'welcome' };
const WAITED = 'The renderer LetterRenderer had not answered for the template "welcome".';

/** A delivery that never answers. */
class Hanging extends MailDelivery {
  readonly name = 'hanging';
  mails = 0;
  override deliver(): Promise<never> {
    this.mails++;
    return new Promise(() => {});
  }
  override async verify(): Promise<void> {}
  override async close(): Promise<void> {}
}

/** A renderer that answers when it is told to. */
function hesitant(): LetterRenderer & { answer(value: unknown): void; fail(error: unknown): void } {
  let resolve: (value: unknown) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const waiting = new Promise((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return Object.assign(new LetterRenderer(() => waiting), { answer: resolve, fail: reject });
}

describe('A renderer that hangs', () => {
  it.each(BOUNDS)('is ended by %s, which says that it had not answered', async bound => {
    const renderer = hesitant();
    const sink = await bench.sink();
    const app = await bench.against(sink, boundSettings(bound), { renderer });
    const { error } = await cutSend(app, MESSAGE, bound, () => renderer.asked.length === 1);
    expect(error).toMatchObject({ code: boundCode(bound), retryable: true });
    expect((error as Error).message).toContain(`nothing was delivered. ${WAITED}`);
    expect(sink.connections).toBe(0);
  });

  it('is ended by the shutdown', async () => {
    const renderer = hesitant();
    const sink = await bench.sink();
    const app = await bench.against(sink, {}, { renderer, shutdownTimeoutMs: 100 });
    const sending = rejection(app.mail.send(MESSAGE));
    await until(() => renderer.asked.length === 1);
    await app.close();
    const error = await sending;
    expect(error).toMatchObject({ code: 'EMAILCLOSED', retryable: true });
    expect((error as Error).message).toBe(`The mailer is shutting down; nothing was sent. ${WAITED}`);
    expect(renderer.closed).toBe(1);
  });

  it.each<[string, (renderer: ReturnType<typeof hesitant>) => void]>([
    ['answers', renderer => renderer.answer({ subject: 's', text: 'x' })],
    ['answers what is no mail', renderer => renderer.answer('x')],
    ['fails', renderer => renderer.fail(new Error('late'))],
  ])('and then %s sends nothing, and is heard by nobody', async (_what, late) => {
    const unhandled: unknown[] = [];
    const listener = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', listener);
    bench.after(() => process.off('unhandledRejection', listener));
    const renderer = hesitant();
    const sink = await bench.sink();
    const { mail } = await bench.against(sink, {}, { renderer });
    expect(await rejection(mail.send(MESSAGE, { timeoutMs: 50 }))).toMatchObject({ code: 'EMAILTIMEOUT' });
    late(renderer);
    await new Promise(resolve => setTimeout(resolve, 50));
    expect({ unhandled, connections: sink.connections }).toEqual({ unhandled: [], connections: 0 });
  });

  it('says nothing of the renderer when it had answered, and the delivery has not', async () => {
    const renderer = new LetterRenderer(async () => ({ subject: 's', text: 'x' }));
    const delivery = new Hanging();
    const { mail } = await bench.app({ FromAddress: 'a@example.com' }, { renderer, delivery });
    const error = await rejection(mail.send(MESSAGE, { timeoutMs: 100 }));
    expect({ asked: renderer.asked.length, delivered: delivery.mails }).toEqual({ asked: 1, delivered: 1 });
    expect(error).toMatchObject({ code: 'EMAILTIMEOUT' });
    expect(String(error)).not.toContain(WAITED);
  });
});

describe('The shutdown', () => {
  it.each<[string, () => unknown]>([
    ['hangs', () => new Promise(() => {})],
    [
      'throws',
      () => {
        throw new Error('cannot close');
      },
    ],
    ['rejects', () => Promise.reject(new Error('cannot close'))],
    ['answers without a promise', () => undefined],
  ])('goes on when the close of a renderer %s', async (what, close) => {
    const renderer = Object.assign(new LetterRenderer(() => undefined), { close });
    const app = await bench.app(
      { Host: '127.0.0.1', FromAddress: 'a@example.com' },
      { renderer: renderer as MailModuleOptions['renderer'] },
    );
    await app.close();
    const told = app.logger.lines.filter(line => line.includes('LetterRenderer'));
    expect(told).toHaveLength(what.startsWith('answers') ? 0 : 1);
  });
});
