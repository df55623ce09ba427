import { describe, expect, it } from '@jest/globals';
import { headersOf } from '../support/eml.js';
import type { MailApp } from '../support/mail-app.js';
import { useMailBench } from '../support/mail-bench.js';
import { MailSink } from '../support/mail-sink.js';
import { rejection } from '../support/rejection.js';

const bench = useMailBench();

async function start(settings: object, sinkOptions = {}): Promise<{ app: MailApp; sink: MailSink }> {
  const sink = await bench.sink(sinkOptions);
  const app = await bench.app({
    Host: sink.host,
    Port: sink.port,
    FromAddress: 'no-reply@contoso.com',
    ...settings,
  });
  return { app, sink };
}

const five = Array.from({ length: 5 }, (_, index) => `user${index}@contoso.com`);

describe('The recipient policy of a mailer', () => {
  it('sends all mail to the catch-all address and keeps the originals in headers and receipt', async () => {
    const { app, sink } = await start({
      CatchAllAddress: 'test@contoso.com',
      AllowedDomains: 'elsewhere.example',
    });
    const receipt = await app.mail.send({
      to: 'Ann <ann@contoso.com>',
      cc: 'bob@fabrikam.com',
      bcc: 'eve@contoso.com',
      text: 't',
    });
    expect(receipt).toMatchObject({
      accepted: ['test@contoso.com'],
      dropped: [
        { address: 'ann@contoso.com', field: 'to', rule: 'catch-all' },
        { address: 'bob@fabrikam.com', field: 'cc', rule: 'catch-all' },
        { address: 'eve@contoso.com', field: 'bcc', rule: 'catch-all' },
      ],
    });
    const raw = sink.messages[0]?.raw ?? Buffer.alloc(0);
    expect(headersOf(raw, 'To')).toEqual(['test@contoso.com']);
    expect(headersOf(raw, 'X-Original-To')).toEqual(['Ann <ann@contoso.com>']);
    expect(headersOf(raw, 'X-Original-Cc')).toEqual(['bob@fabrikam.com']);
    expect(raw.toString()).not.toContain('eve@contoso.com');
  });

  it('drops foreign domains, says so in the receipt, and warns once with rule and count', async () => {
    const { app, sink } = await start({ AllowedDomains: 'contoso.com; *.fabrikam.com' });
    const receipt = await app.mail.send({
      to: ['ann@CONTOSO.com', 'x@evil.example', 'y@mail.fabrikam.com', 'z@fabrikam.com'],
      text: 't',
    });
    expect(receipt.accepted).toEqual(['ann@contoso.com', 'y@mail.fabrikam.com']);
    expect(receipt.dropped).toMatchObject([
      { address: 'x@evil.example', rule: 'allowed-domains' },
      { address: 'z@fabrikam.com', rule: 'allowed-domains' },
    ]);
    expect(sink.messages[0]?.raw.toString()).not.toContain('evil.example');
    expect(app.logger.warnings).toEqual([
      `Recipients dropped: 2 by allowed-domains (mail ${receipt.messageId})`,
    ]);
  });

  it('gives a suppressed receipt, and no error, when nobody is left', async () => {
    const { app, sink } = await start({ AllowedDomains: 'contoso.com' });
    const receipt = await app.mail.send({ to: 'x@evil.example', text: 't' });
    expect(receipt).toMatchObject({
      status: 'suppressed',
      via: 'smtp',
      accepted: [],
      envelope: { from: 'no-reply@contoso.com', to: [] },
    });
    expect(receipt.messageId).toMatch(/^<.+@contoso\.com>$/);
    expect(sink.connections).toBe(0);
  });

  it('splits too many recipients over further messages, whose headers equal their envelopes', async () => {
    const { app, sink } = await start({ MaxRecipients: 2, MaxRecipientsOverflow: 'Split' });
    const receipt = await app.mail.send({
      to: five.slice(0, 3),
      cc: five.slice(3),
      text: 't',
      attachments: [{ filename: 'a.txt', content: 'shared' }],
    });
    expect(receipt).toMatchObject({
      status: 'accepted',
      accepted: five,
      dropped: [],
      envelope: { to: five },
    });
    expect(sink.messages.map(mail => mail.envelope.to)).toEqual([
      five.slice(0, 2),
      five.slice(2, 4),
      five.slice(4),
    ]);
    expect(
      sink.messages.map(({ raw }) => [...headersOf(raw, 'To'), ...headersOf(raw, 'Cc')].join(', ')),
    ).toEqual([
      'user0@contoso.com, user1@contoso.com',
      'user2@contoso.com, user3@contoso.com',
      'user4@contoso.com',
    ]);
    expect(new Set(sink.messages.flatMap(({ raw }) => headersOf(raw, 'Message-ID'))).size).toBe(3);
    expect(receipt.messages).toHaveLength(3);
  });

  it('tells the truth when only some of several messages are taken', async () => {
    const { app } = await start(
      { MaxRecipients: 1, MaxRecipientsOverflow: 'Split' },
      {
        rejectRecipient: (address: string) =>
          address.startsWith('user1') ? { code: 550, message: 'no' } : undefined,
      },
    );
    const receipt = await app.mail.send({ to: five.slice(0, 3), text: 't' });
    expect(receipt).toMatchObject({
      accepted: ['user0@contoso.com', 'user2@contoso.com'],
      rejected: [{ address: 'user1@contoso.com', code: 550, retryable: false }],
    });
  });

  it('rejects too many recipients before anything leaves when it is told to', async () => {
    const { app, sink } = await start({ MaxRecipients: 2, MaxRecipientsOverflow: 'Reject' });
    expect(await rejection(app.mail.send({ to: five, text: 't' }))).toMatchObject({
      code: 'EMAILRECIPIENTLIMIT',
      message: expect.stringContaining('MaxRecipients (2)'),
    });
    expect(sink.connections).toBe(0);
  });

  it('connects to nothing when it is disabled', async () => {
    const server = await bench.server([{ silence: true }]);
    const app = await bench.app({
      Host: server.host,
      Port: server.port,
      FromAddress: 'a@contoso.com',
      Enabled: false,
    });
    expect((await app.mail.send({ to: 'ann@contoso.com', text: 't' })).status).toBe('suppressed');
    await app.mail.verify();
    expect(server.connections).toBe(0);
  });
});

it('A split of which nothing was delivered promises no more than its worst part', async () => {
  const { app } = await start(
    { MaxRecipients: 1, MaxRecipientsOverflow: 'Split' },
    {
      rejectRecipient: (address: string) => ({
        code: address.startsWith('user0') ? 550 : 451,
        message: 'no',
      }),
    },
  );
  expect(await rejection(app.mail.send({ to: five.slice(0, 2), text: 't' }))).toMatchObject({
    code: 'EMAILENVELOPE',
    retryable: true,
    recipients: [
      { address: 'user0@contoso.com', code: 550, retryable: false },
      { address: 'user1@contoso.com', code: 451, retryable: true },
    ],
  });
});
