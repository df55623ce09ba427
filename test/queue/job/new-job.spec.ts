import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { MailMessageError } from '../../../lib/core/errors/mail-message-error.js';
import { finishedJob } from '../../../lib/queue/job/finished-job.js';
import { jobIdOf } from '../../../lib/queue/job/job-id.js';
import type { NewJobOptions } from '../../../lib/queue/job/new-job.js';
import { prepareJob } from '../../../lib/queue/job/new-job.js';
import { openContent } from '../../../lib/queue/job/open-content.js';
import { readJob } from '../../../lib/queue/job/read-job.js';
import { SealingKeys } from '../../../lib/queue/job/sealing-keys.js';
import { contentName } from '../../../lib/queue/store/content-name.js';
import { compose } from '../../core/mime/composing.js';
import { rejection } from '../../support/rejection.js';
import { kindOf, smallMail, someKeys, unreadable } from './job-parts.js';

const NOW = 1_795_000_000_000;
const ABOVE = 128 * 1024;
const { keys } = someKeys();
const sealed: NewJobOptions = { keys, above: ABOVE, now: NOW };
const clear: NewJobOptions = { keys: new SealingKeys(), above: ABOVE, now: NOW };

describe('The job of a mail', () => {
  it('holds its facts in clear, with masked recipients, and all else sealed', async () => {
    const mail = smallMail({ template: 'welcome', culture: 'de', secrets: ['t0ken-of-a-link'] });
    const { job, file } = await prepareJob(mail, {}, { ...sealed, trace: { traceparent: '00-a-b-01' } });
    expect(file).toBeUndefined();
    expect(job).toEqual({
      id: jobIdOf({ messageId: mail.messageId }),
      name: 'welcome',
      delayMs: 0,
      priority: 10,
      data: {
        format: 1,
        messageId: '<1@contoso.com>',
        template: 'welcome',
        culture: 'de',
        size: 26,
        recipients: ['a***@contoso.com', 'b***@example.com'],
        queuedAt: NOW,
        dueAt: NOW,
        token: expect.stringMatching(/^[\da-f-]{36}$/),
        trace: { traceparent: '00-a-b-01' },
        content: { key: keys.first, bytes: expect.any(String) },
      },
    });
    const text = JSON.stringify(job);
    expect(text).not.toMatch(/t0ken|ann@contoso|Hello/);
    expect(Buffer.from(job.data.content?.bytes ?? '', 'base64').toString('latin1')).not.toMatch(
      /t0ken|ann@|Hello/,
    );
  });

  it('gives back the mail when it comes from the store', async () => {
    const mail = await compose({
      to: 'ann@contoso.com',
      bcc: 'bob@example.com',
      subject: 'Hi',
      text: 'Hello.',
    });
    for (const options of [sealed, clear]) {
      const { job } = await prepareJob(mail, { idempotencyKey: 'k' }, options);
      const data = readJob(JSON.parse(JSON.stringify(job.data)));
      const read = openContent({ id: job.id, job: data }, options.keys);
      expect(read.envelope).toEqual(mail.envelope);
      expect(read.bcc).toEqual(['bob@example.com']);
      expect(await read.bytes()).toEqual(await mail.bytes());
    }
  });

  it('puts large bytes beside the jobs of the store, under the name of this send alone', async () => {
    const mail = smallMail({ message: Buffer.alloc(ABOVE, 'x') });
    const [first, second] = [await prepareJob(mail, {}, sealed), await prepareJob(mail, {}, sealed)];
    const { job, file } = first;
    expect(file).toBeUndefined();
    expect(job.data.content).toEqual({
      key: keys.first,
      place: 'store',
      name: contentName(job.id, job.data.token),
    });
    expect(second.job.id).toBe(job.id);
    expect(second.job.data.content?.name).not.toBe(job.data.content?.name);
    const read = openContent({ id: job.id, job: job.data, elsewhere: job.content }, keys);
    expect((await read.bytes()).length).toBe(ABOVE);
    expect(JSON.stringify(job.data).length).toBeLessThan(1000);
  });

  it('puts large bytes into the folder, where there is one', async () => {
    const mail = smallMail({ message: Buffer.alloc(ABOVE, 'x') });
    const { job, file } = await prepareJob(mail, {}, { ...sealed, toDirectory: true });
    expect(job.content).toBeUndefined();
    expect(job.data.content?.place).toBe('directory');
    expect(file?.name).toBe(contentName(job.id, job.data.token));
    expect(openContent({ id: job.id, job: job.data, elsewhere: file?.bytes }, keys).size).toBe(ABOVE);
  });

  it('keeps bytes in the job up to the limit, which counts before they are sealed', async () => {
    const mail = smallMail();
    const { job } = await prepareJob(mail, {}, clear);
    const { length } = Buffer.from(job.data.content?.bytes ?? '', 'base64');
    const at = await prepareJob(mail, {}, { ...sealed, above: length });
    expect(at.job.data.content?.place).toBeUndefined();
    const over = await prepareJob(mail, {}, { ...sealed, above: length - 1 });
    expect(over.job.data.content?.place).toBe('store');
  });

  it('is due when the send says so, a year later too, and at once when that is over', async () => {
    const year = 365 * 86_400_000;
    const later = await prepareJob(smallMail(), { dueAt: NOW + year }, sealed);
    expect(later.job).toMatchObject({ delayMs: year, data: { queuedAt: NOW, dueAt: NOW + year } });
    const over = await prepareJob(smallMail(), { dueAt: NOW - 5 }, sealed);
    expect(over.job).toMatchObject({ delayMs: 0, data: { dueAt: NOW } });
  });

  it('lets reset mails go first, unless the send says otherwise', async () => {
    const reset = smallMail({ template: 'reset-password' });
    expect((await prepareJob(reset, {}, sealed)).job.priority).toBe(1);
    const password = smallMail({ template: 'reset-password-one-way' });
    expect((await prepareJob(password, {}, sealed)).job.priority).toBe(1);
    expect((await prepareJob(reset, { priority: 0 }, sealed)).job.priority).toBe(0);
    expect((await prepareJob(smallMail(), {}, sealed)).job.priority).toBe(10);
  });

  it('passes the transaction on', async () => {
    const transaction = {};
    expect((await prepareJob(smallMail(), { transaction }, sealed)).job.transaction).toBe(transaction);
  });

  it('reads a one-time stream once', async () => {
    const mail = await compose({
      to: 'ann@contoso.com',
      subject: 'File',
      text: 'Hello.',
      attachments: [{ filename: 'a.txt', content: Readable.from(['one time']) }],
    });
    const { job } = await prepareJob(mail, {}, sealed);
    const read = openContent({ id: job.id, job: job.data }, keys);
    expect((await read.bytes()).toString('latin1')).toContain(Buffer.from('one time').toString('base64'));
  });
});

describe('A queue without keys', () => {
  it.each([
    ['a reset mail', smallMail({ template: 'reset-password' })],
    ['a mail with a new password', smallMail({ template: 'reset-password-one-way' })],
    ['a mail with a secret', smallMail({ secrets: ['t0ken-of-a-link'] })],
  ])('refuses %s, and says what to do', async (_, mail) => {
    let read = false;
    const watched = { ...mail, bytes: () => ((read = true), mail.bytes()) };
    const error = await rejection(prepareJob(watched, {}, clear));
    expect(error).toBeInstanceOf(MailMessageError);
    expect(error).toMatchObject({ code: 'EMAILMESSAGE', field: 'secrets' });
    expect(String(error)).toMatch(/the queue has no keys.*set the option keys/);
    expect(String(error)).not.toContain('t0ken');
    expect(read).toBe(false);
  });

  it('takes a mail whose secrets are blank', async () => {
    expect(
      (await prepareJob(smallMail({ secrets: ['', ' '] }), {}, clear)).job.data.content?.key,
    ).toBeUndefined();
  });
});

describe('A mail that is too large for a queue', () => {
  const LARGE = 257 * 1024 * 1024;

  it('is refused before its bytes are read, when its size is known', async () => {
    const mail = smallMail({ size: LARGE, bytes: () => Promise.reject(new Error('read')) });
    const error = await rejection(prepareJob(mail, {}, sealed));
    expect(error).toBeInstanceOf(MailMessageError);
    expect(String(error)).toContain('the mail has 257 MiB, and a queue takes 256 MiB at most');
  });

  it('is refused once they are read, when it is not', async () => {
    const { size: _size, ...mail } = smallMail({ bytes: async () => Buffer.allocUnsafe(LARGE) });
    expect(await rejection(prepareJob(mail, {}, sealed))).toBeInstanceOf(MailMessageError);
  });

  it('is not one of 100 MB', async () => {
    const mail = smallMail({ message: Buffer.alloc(100e6, 'x') });
    const { job } = await prepareJob(mail, {}, sealed);
    const read = openContent({ id: job.id, job: job.data, elsewhere: job.content }, keys);
    expect((await read.bytes()).equals(await mail.bytes())).toBe(true);
  });
});

describe('The content of a job is not sent', () => {
  const opened = async (options: NewJobOptions) => (await prepareJob(smallMail(), {}, options)).job;

  it('when the job was given the seal of another one', async () => {
    const { data } = await opened(sealed);
    const other = jobIdOf({ messageId: '<2@contoso.com>' });
    expect(kindOf(() => openContent({ id: other, job: data }, keys))).toBe('changed');
  });

  it('when it is in clear though the worker has keys: anybody could have put it there', async () => {
    const { id, data } = await opened(clear);
    const error = unreadable(() => openContent({ id, job: data }, keys));
    expect(error.kind).toBe('unsealed');
    expect(error.isPutOff).toBe(true);
    expect(error.message).toContain('let one worker without keys deliver those');
  });

  it('when its key is not there', async () => {
    const { id, data } = await opened(sealed);
    expect(kindOf(() => openContent({ id, job: data }, someKeys().keys))).toBe('unknown-key');
  });

  it('when it is not where it was put', async () => {
    const { job } = await prepareJob(smallMail(), {}, { ...sealed, above: 0, toDirectory: true });
    const error = unreadable(() => openContent({ id: job.id, job: job.data }, keys));
    expect(error.kind).toBe('damaged');
    expect(error.message).toContain('the folder claimCheck.directory');
  });

  it('when it was removed from the job', async () => {
    const { id, data } = await opened(sealed);
    expect(kindOf(() => openContent({ id, job: finishedJob(data) }, keys))).toBe('damaged');
  });

  it('when its recipients or its Message-ID are not those of the job', async () => {
    const { id, data } = await opened(sealed);
    const fewer = { ...data, recipients: ['a***@contoso.com'] };
    expect(kindOf(() => openContent({ id, job: fewer }, keys))).toBe('damaged');
    expect(kindOf(() => openContent({ id, job: { ...data, messageId: '<2@b.example>' } }, keys))).toBe(
      'damaged',
    );
  });

  it('when its bytes are no base64', async () => {
    const { id, data } = await opened(clear);
    const job = { ...data, content: { bytes: '****' } };
    expect(kindOf(() => openContent({ id, job }, new SealingKeys()))).toBe('damaged');
  });
});

describe('A finished job', () => {
  it('keeps its facts and drops its bytes', async () => {
    const { job } = await prepareJob(smallMail({ message: Buffer.alloc(100_000) }), {}, sealed);
    const finished = finishedJob(job.data);
    expect(JSON.stringify(finished).length).toBeLessThan(400);
    expect(readJob(finished)).toEqual(finished);
    expect(finished).toMatchObject({ messageId: '<1@contoso.com>', token: job.data.token, size: 100_000 });
  });
});
