import { describe, expect, it } from '@jest/globals';
import type { MailMessage, MailModuleOptions, SendOptions } from 'nest-mailroom';
import { MailDeliveryError, MailerRegistry, MailHook, MailMessageError, MailModule } from 'nest-mailroom';
import { EveryLevelLogger } from '../support/every-level-logger.js';
import { KeptQueue } from '../support/kept-queue.js';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';

const MAIL = { to: 'ann@contoso.com', subject: 's', text: 'x' };
const SETTINGS = { FromAddress: 'a@contoso.com' };
const DAY_MS = 24 * 60 * 60 * 1000;
const client = { query: async (): Promise<void> => {} };
const bench = useMailBench();

async function start(options: MailModuleOptions = {}, settings: object = {}) {
  const delivery = new KeptQueue();
  const { app, mail } = await bench.app({ ...SETTINGS, ...settings }, { ...options, delivery });
  const logger = new EveryLevelLogger();
  app.useLogger(logger);
  return { mail, delivery, logger };
}

/** Options as JavaScript may give them. */
const given = (options: unknown): SendOptions => options as SendOptions;

/** Notes whether it was asked anything. */
function askedHook(): { readonly hook: new () => MailHook; readonly asked: unknown[] } {
  const asked: unknown[] = [];
  class Asked extends MailHook {
    override beforeSend(message: MailMessage): void {
      asked.push(message);
    }
  }
  return { hook: Asked, asked };
}

describe('What a send asks of a queue', () => {
  it('comes to its delivery: key, time, priority and transaction', async () => {
    const { mail, delivery } = await start();
    const before = Date.now();
    await mail.send(MAIL, { idempotencyKey: 'order 1 ✓', delayMs: DAY_MS, priority: 7, transaction: client });
    const [kept] = delivery.kept;
    expect(kept?.queue).toMatchObject({ idempotencyKey: 'order 1 ✓', priority: 7 });
    expect(kept?.queue?.transaction).toBe(client);
    const dueAt = kept?.queue?.dueAt ?? 0;
    expect(dueAt).toBeGreaterThanOrEqual(before + DAY_MS);
    expect(dueAt).toBeLessThanOrEqual(Date.now() + DAY_MS);
  });

  it('is nothing where nothing is said', async () => {
    const { mail, delivery } = await start();
    await mail.send(MAIL);
    await mail.send(MAIL, { timeoutMs: 5000 });
    expect(delivery.kept.map(({ queue }) => queue)).toEqual([undefined, undefined]);
  });

  it('is at once for a sendAt that has passed and a delayMs of 0, and the very time for one to come', async () => {
    const { mail, delivery } = await start();
    const sendAt = new Date(Date.now() + DAY_MS);
    await mail.send(MAIL, { sendAt: new Date(0) });
    await mail.send(MAIL, { delayMs: 0 });
    const sent = mail.send(MAIL, { sendAt });
    const time = sendAt.getTime();
    sendAt.setTime(0);
    await sent;
    expect(delivery.kept.map(({ queue }) => queue?.dueAt)).toEqual([undefined, undefined, time]);
  });

  it('comes from sendInBackground and from sendMany too', async () => {
    const { mail, delivery } = await start();
    mail.sendInBackground(MAIL, { idempotencyKey: 'k' });
    await new Promise(resolve => setImmediate(resolve));
    for await (const { error } of mail.sendMany([MAIL], { delayMs: DAY_MS, priority: 9 }))
      expect(error).toBeUndefined();
    expect(delivery.kept.map(({ queue }) => [queue?.idempotencyKey, queue?.priority])).toEqual([
      ['k', undefined],
      [undefined, 9],
    ]);
  });

  it('names the part of a mail that MaxRecipientsOverflow has split', async () => {
    const { mail, delivery } = await start({}, { MaxRecipients: 1, MaxRecipientsOverflow: 'Split' });
    const to = ['ann@contoso.com', 'bob@contoso.com', 'cyd@contoso.com'];
    const receipt = await mail.send({ ...MAIL, to }, { idempotencyKey: 'k' });
    expect(delivery.kept.map(({ queue }) => queue?.part)).toEqual([0, 1, 2]);
    const digests = await Promise.all(delivery.kept.map(({ queue }) => queue?.digest?.()));
    expect(new Set(digests).size).toBe(1);
    expect(receipt).toMatchObject({ status: 'queued', jobId: 'job-1', accepted: to });
    expect(receipt.messages?.map(({ jobId }) => jobId)).toEqual(['job-1', 'job-2', 'job-3']);
    expect(receipt.duplicate).toBeUndefined();
  });
});

const TOO_FAR = new Date(Date.now() + 3700 * DAY_MS);
const REFUSED: readonly [string, unknown, string, string][] = [
  ['an empty key', { idempotencyKey: '' }, 'idempotencyKey', 'must be a text of 1 to 1000 characters'],
  ['a blank key', { idempotencyKey: ' \u00a0' }, 'idempotencyKey', 'must be a text of 1 to 1000'],
  ['a long key', { idempotencyKey: 'k'.repeat(1001) }, 'idempotencyKey', 'must be a text of 1 to 1000'],
  ['a key of two lines', { idempotencyKey: 's3cr3t\nkey' }, 'idempotencyKey', 'without control characters'],
  ['a key with half a character', { idempotencyKey: 's3cr3t\ud800' }, 'idempotencyKey', 'but is a text'],
  ['a number as key', { idempotencyKey: 4711 }, 'idempotencyKey', 'but is 4711'],
  ['a negative delay', { delayMs: -1 }, 'delayMs', 'must be a number from 0 to'],
  ['a delay of no number', { delayMs: Number.NaN }, 'delayMs', 'must be a number from 0 to'],
  ['a delay without end', { delayMs: Infinity }, 'delayMs', 'must be a number from 0 to'],
  ['a delay of twenty years', { delayMs: 7305 * DAY_MS }, 'delayMs', 'must be a number from 0 to'],
  ['an invalid date', { sendAt: new Date('x') }, 'sendAt', 'must be a valid Date, but is an invalid one'],
  ['a date as text', { sendAt: '2030-01-01' }, 'sendAt', 'must be a valid Date, but is a text'],
  ['a date too far away', { sendAt: TOO_FAR }, 'sendAt', 'is more than ten years away'],
  ['two times', { delayMs: 1, sendAt: new Date() }, 'sendAt', 'is given together with delayMs'],
  ['half a priority', { priority: 1.5 }, 'priority', 'must be a whole number from 0 to 2097151'],
  ['a priority too large', { priority: 2_097_152 }, 'priority', 'must be a whole number from 0 to 2097151'],
  ['a priority in words', { priority: 'high' }, 'priority', 'must be a whole number from 0 to 2097151'],
  ['a transaction by name', { transaction: 'tx' }, 'transaction', 'an object with a function query'],
  ['a transaction without query', { transaction: {} }, 'transaction', 'an object with a function query'],
];

describe('An option for a queue that cannot be meant', () => {
  it.each(REFUSED)('stops the send before anything happens: %s', async (_name, options, field, words) => {
    const { hook, asked } = askedHook();
    const { mail, delivery, logger } = await start({ hooks: [hook] });
    const error = await rejection(mail.send(MAIL, given(options)));
    expect(error).toBeInstanceOf(MailMessageError);
    expect(error).toMatchObject({ code: 'EMAILMESSAGE', field, message: expect.stringContaining(words) });
    expect([asked, delivery.kept]).toEqual([[], []]);
    expect([String(error), logger.about('warn')].join('\n')).not.toContain('s3cr3t');
  });

  it.each([
    ['idempotencyKey', 'k', 'would be taken for a repetition'],
    ['transaction', client, 'one statement after the other'],
  ])('stops sendMany: %s, which is for one message', async (name, value, words) => {
    const { mail, delivery } = await start();
    const error = await rejection(mail.sendMany([MAIL], given({ [name]: value })).next());
    expect(error).toMatchObject({ code: 'EMAILMESSAGE', field: name });
    expect(error).toHaveProperty('message', expect.stringContaining(words));
    expect(delivery.kept).toEqual([]);
  });

  it('stops sendMany: two times', async () => {
    const { mail } = await start();
    const error = await rejection(mail.sendMany([MAIL], { delayMs: 1, sendAt: new Date() }).next());
    expect(error).toMatchObject({ code: 'EMAILMESSAGE', field: 'sendAt' });
  });

  it('stops sendInBackground: a transaction, with whose COMMIT nobody would wait', async () => {
    const { mail, delivery, logger } = await start();
    mail.sendInBackground(MAIL, { transaction: client });
    await new Promise(resolve => setImmediate(resolve));
    expect(delivery.kept).toEqual([]);
    expect(logger.about('error').join()).toContain('transaction: is not for sendInBackground');
  });
});

describe('A mailer without a queue', () => {
  const ASKED: readonly [string, SendOptions][] = [
    ['idempotencyKey', { idempotencyKey: 'k' }],
    ['delayMs', { delayMs: 0 }],
    ['sendAt', { sendAt: new Date(0) }],
    ['priority', { priority: 0 }],
    ['transaction', { transaction: client }],
  ];

  it.each(ASKED)('refuses %s before hooks are asked and anything is rendered', async (field, options) => {
    const { hook, asked } = askedHook();
    const sink = await bench.sink();
    const { mail } = await bench.against(sink, {}, { hooks: [hook] });
    for (const send of [
      () => mail.send(MAIL, options),
      () => mail.send({ to: 'ann@contoso.com', template: 'there-is-none' }, options),
      () => mail.sendNotification({ to: 'ann@contoso.com', title: 't', lines: ['x'] }, options),
      () =>
        mail.sendResetPassword(
          { to: 'ann@contoso.com', displayName: 'Ann', resetUrl: 'https://contoso.com/r' },
          options,
        ),
    ]) {
      const error = await rejection(send());
      expect(error).toBeInstanceOf(MailMessageError);
      expect(error).toMatchObject({
        code: 'EMAILMESSAGE',
        field,
        message: expect.stringContaining('MailQueueDelivery (nest-mailroom/queue)'),
      });
    }
    expect(asked).toEqual([]);
    expect(sink.connections).toBe(0);
  });

  it('refuses the delayMs of sendMany for each message', async () => {
    const sink = await bench.sink();
    const { mail } = await bench.against(sink);
    const fields: unknown[] = [];
    for await (const { error } of mail.sendMany([MAIL, MAIL], { delayMs: 5 })) fields.push(error);
    expect(fields).toMatchObject([{ field: 'delayMs' }, { field: 'delayMs' }]);
  });

  it('has no progress to tell', async () => {
    const sink = await bench.sink();
    const { mail } = await bench.against(sink);
    expect(await mail.progress(await mail.send(MAIL))).toBeUndefined();
    expect(await mail.progress('job')).toBeUndefined();
  });
});

describe('The receipt of a queued mail', () => {
  it('names its job, and so does the log', async () => {
    const { mail, logger } = await start();
    const receipt = await mail.send(MAIL);
    expect(receipt).toMatchObject({ status: 'queued', via: 'queue', jobId: 'job-1', accepted: [MAIL.to] });
    expect(receipt.duplicate).toBeUndefined();
    expect(logger.about('log')).toEqual([
      `Mail ${receipt.messageId} to a***@contoso.com: queued by queue as job job-1`,
    ]);
  });

  it('of a duplicate names the first Message-ID, and is no failure', async () => {
    const { hook } = askedHook();
    const { mail, delivery, logger } = await start({ hooks: [hook] });
    delivery.answers.push({ duplicate: true, messageId: '<first@contoso.com>', jobId: 'job-0' });
    const receipt = await mail.send({ ...MAIL, messageId: '<2@contoso.com>' }, { idempotencyKey: 'k' });
    expect(receipt).toMatchObject({
      status: 'queued',
      duplicate: true,
      messageId: '<first@contoso.com>',
      jobId: 'job-0',
      accepted: [MAIL.to],
    });
    expect(logger.about('log')).toEqual([
      'Mail <2@contoso.com> to a***@contoso.com: was queued before by queue as job job-0 with Message-ID <first@contoso.com>',
    ]);
    expect([...logger.about('warn'), ...logger.about('error')]).toEqual([]);
  });

  it.each([
    ['all of its parts are', [true, true], true],
    ['only some of them are', [true, false], undefined],
  ])('of a split mail says duplicate when %s', async (_name, duplicates, expected) => {
    const { mail, delivery } = await start({}, { MaxRecipients: 1, MaxRecipientsOverflow: 'Split' });
    delivery.answers.push(...duplicates.map(duplicate => ({ duplicate })));
    const receipt = await mail.send({ ...MAIL, to: ['ann@contoso.com', 'bob@contoso.com'] });
    expect(receipt.duplicate).toBe(expected);
    expect(receipt.messages?.map(({ duplicate = false }) => duplicate)).toEqual(duplicates);
  });

  it('says no duplicate of a split mail of which a part failed', async () => {
    const { mail, delivery } = await start({}, { MaxRecipients: 1, MaxRecipientsOverflow: 'Split' });
    delivery.answers.push(
      { duplicate: true },
      new MailDeliveryError('EMAILCONNECT', 'gone', { phase: 'connect', retryable: true }),
    );
    const receipt = await mail.send({ ...MAIL, to: ['ann@contoso.com', 'bob@contoso.com'] });
    expect(receipt.duplicate).toBeUndefined();
    expect(receipt.rejected).toMatchObject([{ address: 'bob@contoso.com', retryable: true }]);
  });

  it('keeps the recipients that policy has dropped', async () => {
    const { mail } = await start({}, { AllowedDomains: 'contoso.com' });
    const receipt = await mail.send({ ...MAIL, to: ['ann@contoso.com', 'bob@fabrikam.com'] });
    expect(receipt).toMatchObject({
      status: 'queued',
      accepted: ['ann@contoso.com'],
      dropped: [{ address: 'bob@fabrikam.com' }],
    });
  });

  it('tells how far the mail has come, part by part', async () => {
    const { mail, delivery } = await start({}, { MaxRecipients: 1, MaxRecipientsOverflow: 'Split' });
    const receipt = await mail.send({ ...MAIL, to: ['ann@contoso.com', 'bob@contoso.com'] });
    expect(await mail.progress(receipt)).toMatchObject({ state: 'waiting', attempts: 0 });
    expect(await mail.progress('job-7')).toMatchObject({ state: 'waiting' });
    expect(delivery.asked).toEqual(['job-1', 'job-2', 'job-7']);
    for (const odd of ['', ' ', null, 5, {}, []])
      expect(await rejection(mail.progress(given(odd) as string))).toMatchObject({ field: 'receipt' });
  });
});

describe('A queue that mailers of a registry share', () => {
  it('is told what their sends ask, and tells of their mails', async () => {
    const delivery = new KeptQueue();
    const { app } = await bench.appOf(MailModule.forRoot({ Enabled: false }), MailModule.registry());
    const mail = await app.get(MailerRegistry).open('contoso', SETTINGS, { delivery });
    const receipt = await mail.send(MAIL, { idempotencyKey: 'k' });
    expect(delivery.kept[0]?.queue?.idempotencyKey).toBe('k');
    expect(await mail.progress(receipt)).toMatchObject({ state: 'waiting' });
  });
});

describe('A mailer with a queue and a fallback', () => {
  it('refuses nothing, and keeps a mail with a key from the fallback', async () => {
    const sink = await bench.sink();
    const fallback = { Host: sink.host, Port: sink.port, FromAddress: 'a@contoso.com' };
    const { mail, delivery } = await start({ fallback });
    const failure = (): MailDeliveryError =>
      new MailDeliveryError('EMAILCONNECT', 'The queue cannot be used', {
        phase: 'connect',
        retryable: true,
      });
    delivery.answers.push(failure());
    const error = await rejection(mail.send(MAIL, { idempotencyKey: 's3cr3t-key' }));
    expect(error).toMatchObject({
      code: 'EMAILCONNECT',
      retryable: true,
      message: expect.stringContaining('The fallback was not used: the mail has an idempotencyKey'),
    });
    expect(String(error)).not.toContain('s3cr3t-key');
    expect(sink.connections).toBe(0);
    delivery.answers.push(failure());
    expect(await mail.send(MAIL, { priority: 1 })).toMatchObject({ status: 'accepted', fallback: true });
  });
});

describe('A queued mail', () => {
  it('says its template and the cultures it was rendered in', async () => {
    const { mail, delivery } = await start();
    await mail.sendNotification({ to: 'ann@contoso.com', title: 't', lines: ['x'], culture: 'fr' });
    await mail.send(MAIL);
    expect(delivery.kept.map(({ mail: kept }) => [kept.template, kept.culture])).toEqual([
      ['notification', 'fr'],
      [undefined, undefined],
    ]);
  });

  it('is not tried again by the option retry when it may have been queued, nor in a transaction', async () => {
    const { mail, delivery } = await start({ retry: { attempts: 3, backoff: 0 } });
    const failed = (retryable: true | 'unknown'): MailDeliveryError =>
      new MailDeliveryError('EMAILCONNECT', 'gone', { phase: 'connect', retryable });
    delivery.answers.push(failed('unknown'));
    expect(await rejection(mail.send(MAIL))).toMatchObject({ retryable: 'unknown' });
    delivery.answers.push(failed(true));
    expect(await rejection(mail.send(MAIL, { transaction: client }))).toMatchObject({ retryable: true });
    expect(delivery.kept).toHaveLength(2);
    delivery.answers.push(failed(true));
    expect(await mail.send(MAIL, { idempotencyKey: 'k' })).toMatchObject({ status: 'queued' });
    expect(delivery.kept).toHaveLength(4);
  });

  it('that a queue took for some is not put into it once more for the others: it would be a duplicate', async () => {
    const { mail, delivery } = await start({ retry: { attempts: 3, backoff: 0 } });
    delivery.answers.push({
      accepted: ['ann@contoso.com'],
      rejected: [{ address: 'bob@contoso.com', retryable: true }],
    });
    const receipt = await mail.send({ ...MAIL, to: ['ann@contoso.com', 'bob@contoso.com'] });
    expect(receipt).toMatchObject({ accepted: ['ann@contoso.com'], rejected: [{ retryable: true }] });
    expect(delivery.kept).toHaveLength(1);
  });
});
