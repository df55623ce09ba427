import { chmodSync, closeSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { MailSink } from '../support/mail-sink.js';
import { iisMail, travelling } from '../support/relay-app.js';
import { useRelayBench } from '../support/relay-bench.js';

const bench = useRelayBench({ pollMs: 50, settleMs: 300 });

describe('A writer that writes a mail in its final place', () => {
  it('is waited for while the file grows', async () => {
    const app = await bench.relay();
    const mail = iisMail('growing', ['ann@contoso.com'], `${'line\r\n'.repeat(200)}end\r\n`);
    const path = join(bench.folder.path, 'x.eml');
    // Opened anew for each piece, so that only the growth tells of the writer.
    for (let start = 0; start < mail.length; start += 100) {
      writeFileSync(path, mail.slice(start, start + 100), { flag: 'a' });
      await delay(60);
    }
    await app.until('sent');
    expect(bench.sink.messages.map(message => message.raw.toString())).toEqual([travelling(mail)]);
  });

  it('is waited for while it holds the file open, also when it pauses', async () => {
    const app = await bench.relay();
    const mail = iisMail('open');
    const file = openSync(join(bench.folder.path, 'x.eml'), 'w');
    writeSync(file, mail.slice(0, 150));
    await delay(1500);
    expect(bench.sink.messages).toEqual([]);
    expect(readdirSync(bench.folder.path)).toContain('x.eml');
    writeSync(file, mail.slice(150));
    closeSync(file);
    await app.until('sent');
    expect(bench.sink.messages.map(message => message.raw.toString())).toEqual([travelling(mail)]);
  });

  it('is waited for also when somebody touches the file in the meantime', async () => {
    const app = await bench.relay();
    const mail = iisMail('touched');
    const path = join(bench.folder.path, 'x.eml');
    writeFileSync(path, mail.slice(0, 150));
    await delay(30);
    // Changes the inode's time and not the content's, as a rename does.
    chmodSync(path, 0o640);
    await delay(150);
    writeFileSync(path, mail.slice(150), { flag: 'a' });
    await app.until('sent');
    expect(bench.sink.messages.map(message => message.raw.toString())).toEqual([travelling(mail)]);
  });

  it('may be finished with an empty file only for a moment', async () => {
    const app = await bench.relay();
    const path = join(bench.folder.path, 'x.eml');
    writeFileSync(path, '');
    await delay(500);
    writeFileSync(path, iisMail('late'));
    await app.until('sent');
    expect(bench.sink.messages).toHaveLength(1);
    expect(app.of('rejected')).toEqual([]);
  });

  it('may take its file away again', async () => {
    const app = await bench.relay();
    writeFileSync(join(bench.folder.path, 'x.eml'), iisMail('withdrawn'));
    await delay(100);
    rmSync(join(bench.folder.path, 'x.eml'));
    writeFileSync(join(bench.folder.path, 'y.eml'), iisMail('kept'));
    await app.until('sent');
    await delay(400);
    expect(bench.sink.messages).toHaveLength(1);
    expect(app.of('problem')).toEqual([]);
  });

  it('is noticed at the last moment when it writes while the mail is being sent', async () => {
    const slow = await MailSink.start({ delayDataMs: 500 });
    const app = await bench.relay({
      settings: { Host: slow.host, Port: slow.port, PickupDirectory: bench.folder.path },
      settleMs: 50,
      concurrency: 2,
    });
    const mail = iisMail('late', ['ann@contoso.com'], 'first\r\n');
    writeFileSync(join(bench.folder.path, 'a.eml'), iisMail('a'));
    await delay(250);
    writeFileSync(join(bench.folder.path, 'b.eml'), mail);
    const claimed = (): string | undefined =>
      readdirSync(bench.folder.path, { recursive: true, encoding: 'utf8' }).find(name =>
        name.endsWith('claimed/b.eml'),
      );
    // The second one waits for the first one's reply, ready to go.
    while (claimed() === undefined) await delay(5);
    writeFileSync(join(bench.folder.path, claimed() ?? ''), 'second\r\n', { flag: 'a' });
    await app.until('sent', 2);
    const texts = await Promise.all(slow.messages.map(async message => (await message.parse()).text));
    expect(texts.map(text => text?.trim())).toEqual(['Hello', 'first\nsecond']);
    await slow.close();
  });
});
