import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { MailModule } from '../../lib/core/mail/mail.module.js';
import { MailService } from '../../lib/core/mail/mail.service.js';
import { MailSink } from '../support/mail-sink.js';
import { startNestApp } from '../support/nest-app.js';
import { upTo } from '../support/sent-mails.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { loadBlock, typeScriptBelow } from './block-module.js';

const PAGE = 'docs/sending-many.md';
const COUNT = 200;

let directory: TemporaryDirectory;
let sink: MailSink;
beforeEach(async () => {
  directory = temporaryDirectory();
  sink = await MailSink.start({
    rejectRecipient: address =>
      address.startsWith('r7@') ? { code: 550, message: '5.1.1 nobody' } : undefined,
  });
});
afterEach(async () => {
  await sink.close();
  directory.remove();
});

/** What the page's class is made of: `new Newsletter(mail, recipients)`. */
type NewsletterClass = new (
  mail: MailService,
  recipients: object,
) => { start(): Promise<void>; onModuleDestroy(): Promise<void> };

/** A table in memory, as the page asks for one. */
class Rows {
  readonly states = new Map(upTo(COUNT).map(index => [`r${index}`, 'open']));
  onSettled = (): void => {};
  async *open(): AsyncGenerator<{ id: string; address: string }> {
    for (const [id, state] of this.states) if (state === 'open') yield { id, address: `${id}@example.com` };
  }
  async settle(id: string, state: string): Promise<void> {
    this.states.set(id, state);
    this.onSettled();
  }
  count(state: string): number {
    return [...this.states.values()].filter(one => one === state).length;
  }
}

it('the campaign of the page that is stopped in the middle goes on where it was: each gets one mail', async () => {
  const [block] = typeScriptBelow(PAGE, 'A campaign');
  const { Newsletter } = (await loadBlock(directory, block)) as { Newsletter?: NewsletterClass };
  if (!Newsletter) throw new Error('The block exports no Newsletter');
  const settings = { Host: sink.host, Port: sink.port, FromAddress: 'a@example.com' };
  const { app, close } = await startNestApp(MailModule.forRoot(settings));
  Logger.overrideLogger(false);
  const mail = app.get(MailService, { strict: false });
  const rows = new Rows();
  const first = new Newsletter(mail, rows);
  let stopping: Promise<void> | undefined;
  rows.onSettled = () => {
    if (rows.count('sent') === 50) stopping ??= first.onModuleDestroy();
  };
  await first.start();
  await stopping;
  expect(rows.count('open')).toBeGreaterThan(50);
  expect(sink.messages).toHaveLength(rows.count('sent'));

  await new Newsletter(mail, rows).start();
  await close();
  expect({ open: rows.count('open'), failed: rows.states.get('r7'), sent: rows.count('sent') }).toEqual({
    open: 0,
    failed: 'failed',
    sent: COUNT - 1,
  });
  expect(new Set(sink.messages.map(({ envelope }) => envelope.to.join())).size).toBe(COUNT - 1);
  expect(sink.messages).toHaveLength(COUNT - 1);
});

it('the program of the page that gets Ctrl-C tells who has no mail', async () => {
  const [block] = typeScriptBelow(PAGE, 'Stopping, Ctrl-C and shutdown');
  const here = `Host: '${sink.host}', Port: ${sink.port}`;
  const { campaign } = (await loadBlock(directory, block, code =>
    code.replace("Host: 'smtp.contoso.com'", here),
  )) as { campaign?: (addresses: Iterable<string>) => Promise<string[]> };
  if (!campaign) throw new Error('The block exports no campaign');
  Logger.overrideLogger(false);
  function* addresses(): Generator<string> {
    for (const index of upTo(COUNT)) {
      // As the terminal's signal arrives.
      if (index === 60) process.emit('SIGINT');
      yield `ann-${index}@example.com`;
    }
  }
  const notSent = await campaign(addresses());
  expect(notSent.length).toBeGreaterThanOrEqual(COUNT - 60);
  expect(notSent.length).toBeLessThan(COUNT);
  expect(notSent).toContain(
    `ann-199@example.com: The send was aborted by its caller; nothing was delivered.`,
  );
  const unsure = notSent.filter(line => line.includes('may have been accepted')).length;
  expect(sink.messages.length).toBeGreaterThanOrEqual(COUNT - notSent.length);
  expect(sink.messages.length).toBeLessThanOrEqual(COUNT - notSent.length + unsure);
});
