import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { MailSink } from '../support/mail-sink.js';
import { iisMail, publish } from '../support/relay-app.js';
import { useRelayBench } from '../support/relay-bench.js';

const bench = useRelayBench({ retry: { firstMs: 150, maxMs: 1000 } });

describe('A name that is used again', () => {
  it('while its mail is being sent: neither mail replaces the other, and who has one does not get it again', async () => {
    let tries = 0;
    const sink = bench.closing(
      await MailSink.start({
        delayDataMs: 300,
        rejectRecipient: address =>
          address.startsWith('busy') && tries++ < 2 ? { code: 450, message: 'later' } : undefined,
      }),
    );
    const app = await bench.relay({}, { Port: sink.port });
    publish(bench.folder.path, 'x.eml', iisMail('old', ['ann@contoso.com', 'busy@contoso.com']));
    while (!sink.commands.includes('DATA')) await new Promise(resolve => setTimeout(resolve, 5));
    // The old one is claimed; when it comes back its name is taken.
    publish(bench.folder.path, 'x.eml', iisMail('new', ['bob@contoso.com']));
    await app.until('sent', 2);
    const got = await Promise.all(
      sink.messages.map(async message => `${(await message.parse()).subject} ${message.envelope.to.join()}`),
    );
    expect(got.toSorted()).toEqual(['new bob@contoso.com', 'old ann@contoso.com', 'old busy@contoso.com']);
    expect(bench.mails()).toEqual([]);
  });

  it('while its mail waits: the new mail does not wait with it', async () => {
    const app = await bench.relay({ retry: { firstMs: 60_000 } });
    const down = bench.closing(
      await MailSink.start({ rejectRecipient: () => ({ code: 450, message: 'later' }) }),
    );
    const busy = await bench.relay({ retry: { firstMs: 60_000 } }, { Port: down.port });
    await app.close();
    publish(bench.folder.path, 'x.eml', iisMail('old'));
    await busy.until('deferred');
    await busy.close();
    publish(bench.folder.path, 'x.eml', iisMail('new'));
    const next = await bench.relay();
    await next.until('sent');
    expect((await bench.sink.messages[0]?.parse())?.subject).toBe('new');
  });
});

describe('The names in badmail', () => {
  it.each([
    [['a.eml', 'a.EML'], 4],
    [[`${'日'.repeat(83)}.eml`, `${'日'.repeat(82)}x.eml`], 4],
  ])('keep every mail and every reason apart: %j', async (names, count) => {
    const app = await bench.relay();
    for (const name of names) publish(bench.folder.path, name, 'no mail');
    await app.until('rejected', names.length);
    expect(bench.badmail()).toHaveLength(count);
    const [first = ''] = app.of('rejected').map(({ movedTo }) => movedTo);
    expect(existsSync(first)).toBe(true);
    expect(new Set(app.of('rejected').map(({ movedTo }) => movedTo)).size).toBe(names.length);
  });

  it('are told so that they cannot forge a line of the log', async () => {
    const app = await bench.relay();
    publish(bench.folder.path, 'x\n[Nest] FORGED \u001b[31m.eml', 'no mail');
    await app.until('rejected');
    const { file, movedTo } = app.of('rejected')[0] ?? { file: '', movedTo: '' };
    expect(file).toContain('FORGED');
    for (const text of [file, movedTo, ...app.logger.lines]) expect(text).not.toMatch(/\p{Cc}/u);
  });

  it('have reasons that name who did not get a mail that was given up unheard', async () => {
    publish(bench.folder.path, 'x.eml', iisMail('x', ['ann@contoso.com', 'bob@contoso.com']));
    const app = await bench.relay({ retry: { firstMs: 50, giveUpAfterMs: 10 } }, { Port: 1 });
    await app.until('rejected');
    const reason = readFileSync(join(bench.folder.path, 'badmail', 'x.eml.reason.txt'), 'utf8');
    expect(reason).toContain('Not delivered to:\n  ann@contoso.com: given up\n  bob@contoso.com: given up');
    expect(reason).toMatch(/^Sender: +<no-reply@contoso\.com>$/m);
  });
});
