import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { MailMessage, MailSettings } from 'nest-mailroom';
import { headersOf } from '../support/eml.js';
import { EveryLevelLogger } from '../support/every-level-logger.js';
import { useMailBench } from '../support/mail-bench.js';

const bench = useMailBench();
const MAIL = { to: 'ann@contoso.com', subject: 's', text: 'x' };
const CASES: readonly [what: string, message: Partial<MailMessage>, from: string][] = [
  ['an address', { envelopeFrom: 'bounce+42@contoso.com' }, 'bounce+42@contoso.com'],
  ['a mailbox', { envelopeFrom: { name: 'Bounces', address: 'bounces@contoso.com' } }, 'bounces@contoso.com'],
  [
    'an address beside a sender',
    { envelopeFrom: 'bounces@contoso.com', sender: 's@contoso.com' },
    'bounces@contoso.com',
  ],
  ['null', { envelopeFrom: null }, ''],
];

async function pickup(format: 'Iis' | 'Exchange', settings: MailSettings = {}) {
  const folder = bench.folder();
  const { mail, app } = await bench.app({
    UseSpecifiedPickupDirectory: true,
    PickupDirectory: folder.path,
    PickupFormat: format,
    FromAddress: 'from@contoso.com',
    ...settings,
  });
  const logger = new EveryLevelLogger();
  app.useLogger(logger);
  const written = (): Buffer => readFileSync(join(folder.path, readdirSync(folder.path)[0] ?? ''));
  return { mail, folder, written, logger };
}

describe('envelopeFrom', () => {
  it.each(CASES)(
    'that is %s is MAIL FROM, and the header shows nothing of it',
    async (_what, message, from) => {
      const sink = await bench.sink();
      const { mail } = await bench.against(sink, { BounceAddress: 'setting@contoso.com' });
      const receipt = await mail.send({ ...MAIL, ...message } as MailMessage);
      const [received] = sink.messages;
      expect(received?.envelope).toEqual({ from, to: ['ann@contoso.com'] });
      expect(receipt.envelope).toEqual(received?.envelope);
      const sender = message.sender === undefined ? [] : [message.sender];
      expect(headersOf(received?.raw ?? Buffer.alloc(0), 'Sender')).toEqual(sender);
      expect(received?.raw.toString()).not.toMatch(/bounce|Return-Path/i);
    },
  );

  it.each(CASES)('that is %s is X-Sender of a pickup file', async (_what, message, from) => {
    const { mail, written, logger } = await pickup('Iis');
    const receipt = await mail.send({ ...MAIL, ...message } as MailMessage);
    expect(written().toString().split('\r\n').slice(0, 2)).toEqual([
      `X-Sender: ${from === '' ? '<>' : from}`,
      'X-Receiver: ann@contoso.com',
    ]);
    expect(receipt.envelope.from).toBe(from);
    expect(logger.about('debug')).toEqual([]);
  });

  it.each([
    ['envelopeFrom', { envelopeFrom: 'bounces@contoso.com' }, {}],
    ['envelopeFrom null', { envelopeFrom: null }, {}],
    ['BounceAddress', {}, { BounceAddress: 'bounces@contoso.com' }],
  ] as const)(
    'cannot stand in a file for Exchange, which one debug line says: %s',
    async (_what, message, settings) => {
      const { mail, written, logger } = await pickup('Exchange', settings);
      await mail.send({ ...MAIL, ...message });
      expect(written().toString()).not.toMatch(/X-Sender|bounces@/);
      expect(logger.about('debug')).toEqual([
        expect.stringMatching(/Exchange takes the sender of the header/),
      ]);
    },
  );

  it('stands in the receipt of a mail that nobody gets', async () => {
    const { mail } = await bench.app({ Enabled: false, FromAddress: 'a@example.com' });
    expect(await mail.send({ ...MAIL, envelopeFrom: null })).toMatchObject({
      status: 'suppressed',
      envelope: { from: '', to: [] },
    });
  });
});
