import { AssertionError } from 'node:assert';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { rejection } from '../support/rejection.js';
import { runNode } from '../support/run-script.js';
import type { MailboxApp } from './mailbox-app.js';
import { startMailboxApp } from './mailbox-app.js';

const TO = 'ann@contoso.com';

let app: MailboxApp;
beforeEach(async () => {
  app = await startMailboxApp();
});
afterEach(async () => {
  jest.useRealTimers();
  await app.close();
});
async function send(...subjects: string[]): Promise<void> {
  for (const subject of subjects) await app.mail.send({ to: TO, subject, text: 'text' });
}

describe('The mails of a mailbox', () => {
  it('are there as soon as their send has resolved, oldest first', async () => {
    await send('one');
    expect(app.mailbox.count).toBe(1);
    await send('two', 'three');
    expect(app.mailbox.mails.map(({ subject }) => subject)).toEqual(['one', 'two', 'three']);
    expect(app.mailbox.last().subject).toBe('three');
  });

  it('do not change under who looks at them', async () => {
    await send('one');
    const { mails } = app.mailbox;
    await send('two');
    app.mailbox.clear();
    expect(mails.map(({ subject }) => subject)).toEqual(['one']);
  });

  it('are found by criteria and by functions, the oldest first', async () => {
    await send('one', 'two', 'one');
    expect(app.mailbox.find({ subject: 'one' })).toBe(app.mailbox.mails[0]);
    expect(app.mailbox.find(({ subject }) => subject === 'two')).toBe(app.mailbox.mails[1]);
    expect(app.mailbox.find({ subject: 'three' })).toBeUndefined();
    expect(app.mailbox.filter({ subject: /o/ })).toHaveLength(3);
    expect(app.mailbox.filter({ subject: 'one' })).toHaveLength(2);
  });

  it('are forgotten by clear()', async () => {
    await send('one');
    app.mailbox.clear();
    expect([app.mailbox.count, app.mailbox.mails]).toEqual([0, []]);
    await send('two');
    expect(app.mailbox.last().subject).toBe('two');
  });

  it('have no last one when none was sent', () => {
    expect(() => app.mailbox.last()).toThrow(AssertionError);
    expect(() => app.mailbox.last()).toThrow('There is no last mail.\n\nNo mail was sent.');
  });
});

describe('Waiting for a mail', () => {
  it('ends at once with one that is there', async () => {
    await send('one', 'two');
    expect(await app.mailbox.waitFor({ subject: 'two' })).toBe(app.mailbox.mails[1]);
  });

  it('ends with the first that comes and matches, for each who waits', async () => {
    const waiting = [
      app.mailbox.waitFor({ subject: 'two' }),
      app.mailbox.waitFor(mail => mail.subject === 'three'),
    ];
    await send('one', 'two', 'three');
    expect((await Promise.all(waiting)).map(({ subject }) => subject)).toEqual(['two', 'three']);
  });

  it('goes on when the mailbox is cleared meanwhile', async () => {
    await send('one');
    const waiting = app.mailbox.waitFor({ subject: 'two' });
    app.mailbox.clear();
    await send('two');
    expect((await waiting).subject).toBe('two');
  });

  it('looks at each of two thousand mails once', async () => {
    let looks = 0;
    const waiting = app.mailbox.waitFor(({ subject }) => {
      looks++;
      return subject === 'last';
    }, 60_000);
    const bytes = Buffer.from('Subject: one\r\n\r\ntext\r\n');
    const envelope = { from: 'a@contoso.com', to: [TO] };
    for (let number = 0; number < 2000; number++) {
      const mail = { envelope, messageId: `<${number}@contoso.com>`, stream: () => Readable.from([bytes]) };
      await app.mailbox.deliver({ ...mail, bytes: async () => bytes });
    }
    await send('last');
    expect((await waiting).subject).toBe('last');
    expect([looks, app.mailbox.count]).toEqual([2001, 2001]);
  }, 60_000);

  it('rejects with what was sent instead, at the line that waits', async () => {
    await send('one');
    const error = await rejection(app.mailbox.waitFor({ subject: 'two' }, 5));
    expect(error).toBeInstanceOf(AssertionError);
    expect(error).toMatchObject({
      message: [
        'Within 5 ms no mail was sent that matches:',
        '  subject  "two"',
        '',
        '1 mail was sent:',
        '  1. "one" to ann@contoso.com',
        '       subject  wanted "two"',
        '                was    "one"',
      ].join('\n'),
      expected: { subject: '"two"' },
      actual: { subject: '"one"' },
      stack: expect.stringMatching(
        /^AssertionError \[ERR_ASSERTION\]: Within[^]*\n {4}at .*finding-mails\.spec/,
      ),
    });
  });

  it('rejects with what a function of the test throws, and lets the send go on', async () => {
    const broken = app.mailbox.waitFor(() => {
      throw new Error('broken matcher');
    });
    const failing = rejection(broken);
    await send('one');
    expect(await failing).toEqual(new Error('broken matcher'));
    expect(app.mailbox.count).toBe(1);
  });

  it('rejects for a criterion that is not known, and for a time that is none', async () => {
    const mistyped: object = { subjekt: 'one' };
    expect(await rejection(app.mailbox.waitFor(mistyped))).toEqual(
      new TypeError(
        'waitFor: "subjekt" is not known. Did you mean "subject"? Known are to, cc, bcc, from, replyTo, subject, template, culture, mailer, text, html, link, attachment, alternative, envelopeFrom, dsn, unsubscribe, header.',
      ),
    );
    expect(await rejection(app.mailbox.waitFor({}, Number.NaN))).toEqual(
      new RangeError('waitFor: give a number of milliseconds, not NaN'),
    );
  });

  it('gets its mail while Jest’s fake timers stand still', async () => {
    jest.useFakeTimers();
    const waiting = app.mailbox.waitFor({ subject: 'one' });
    await send('one');
    expect((await waiting).subject).toBe('one');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('gives up in real time while Jest’s fake timers stand still, and not when they run', async () => {
    jest.useFakeTimers();
    const failing = rejection(app.mailbox.waitFor({ subject: 'never' }, 20));
    const waiting = app.mailbox.waitFor({ subject: 'one' });
    await jest.advanceTimersByTimeAsync(3_600_000);
    await send('one');
    expect((await waiting).subject).toBe('one');
    expect(await failing).toBeInstanceOf(AssertionError);
  });

  it('leaves no timer behind', async () => {
    const script = `
      import 'reflect-metadata';
      import { Mailbox } from 'nest-mailroom/testing';
      const mailbox = new Mailbox();
      const bytes = Buffer.from('Subject: one\\r\\n\\r\\ntext\\r\\n');
      const mail = { envelope: { from: 'a@contoso.com', to: ['b@contoso.com'] }, messageId: '<1@contoso.com>', bytes: async () => bytes };
      const waiting = mailbox.waitFor({ subject: 'one' }, 600_000);
      await mailbox.deliver(mail);
      console.log((await waiting).subject, process.getActiveResourcesInfo().filter(name => name === 'Timeout').length);`;
    const result = await runNode(['--input-type=module', '--eval', script]);
    expect(result).toMatchObject({ code: 0, stdout: 'one 0\n', stderr: '' });
  });
});

describe('The link in a mail', () => {
  beforeEach(async () => {
    await app.mail.send({
      to: TO,
      subject: 'Links',
      html: '<a href="https://contoso.com/reset?token=1&amp;x=2">Reset</a> <a href="https://contoso.com/reset?token=2">Again</a>',
      text: 'See https://contoso.com/help.',
    });
  });

  it('is the first one that holds a text or matches a pattern', () => {
    const mail = app.mailbox.last();
    expect(app.mailbox.linkIn(mail, /reset/g)).toBe('https://contoso.com/reset?token=1&x=2');
    expect(app.mailbox.linkIn(mail, /reset/g)).toBe('https://contoso.com/reset?token=1&x=2');
    expect(app.mailbox.linkIn(mail, 'token=2')).toBe('https://contoso.com/reset?token=2');
    expect(app.mailbox.linkIn(mail, 'help')).toBe('https://contoso.com/help');
  });

  it('that is not there is answered with those that are', async () => {
    expect(() => app.mailbox.linkIn(app.mailbox.last(), /confirm/)).toThrow(
      new AssertionError({
        message: [
          'The mail "Links" has no link with /confirm/. Its links are:',
          '  https://contoso.com/reset?token=1&x=2',
          '  https://contoso.com/reset?token=2',
          '  https://contoso.com/help',
        ].join('\n'),
      }),
    );
    await send('None');
    expect(() => app.mailbox.linkIn(app.mailbox.last(), 'confirm')).toThrow(
      'The mail "None" has no link with "confirm" in it. It has no links at all.',
    );
  });
});
