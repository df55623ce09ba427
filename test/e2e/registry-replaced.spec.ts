import { describe, expect, it } from '@jest/globals';
import type { MailService } from 'nest-mailroom';
import { until } from '../support/bounded-send.js';
import { useMailBench } from '../support/mail-bench.js';
import { mailOf, registryApp, settingsFor, subjectsOf } from '../support/registry-app.js';
import { rejection } from '../support/rejection.js';

const bench = useMailBench();
const LOGIN = { Username: 'acme', SecureSocketOption: 'None' } as const;

/** The subjects `<prefix> 0` and so on. */
function subjects(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix} ${index}`);
}

function sendAll(mail: MailService, names: readonly string[]): Promise<PromiseSettledResult<unknown>[]> {
  return Promise.allSettled(names.map(name => mail.send(mailOf(name))));
}

describe('A changed password of a tenant', () => {
  it('loses no mail and doubles none: what was begun with the old one finishes, the rest takes the new one', async () => {
    const account = { user: 'acme', pass: 'first' };
    const sink = await bench.sink({ auth: account, allowInsecureAuth: true, delayDataMs: 30 });
    const { registry } = await registryApp(bench);
    const open = (Password: string) =>
      registry.open('acme', settingsFor(sink, { ...LOGIN, Password, MaxConnections: 2 }));
    const before = await open('first');
    await before.send(mailOf('warm 0'));
    await Promise.all([before.send(mailOf('warm 1')), before.send(mailOf('warm 2'))]);
    const old = sendAll(before, subjects('old', 12));
    account.pass = 'second';
    const after = await open('second');
    const fresh = sendAll(after, subjects('new', 12));
    const results = [...(await old), ...(await fresh)];
    expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(subjectsOf(sink)).toEqual(
      [...subjects('new', 12), ...subjects('old', 12), ...subjects('warm', 3)].toSorted(),
    );
    expect(await rejection(before.send(mailOf('late')))).toMatchObject({ code: 'EMAILCLOSED' });
  });

  it('that is changed many times while mails go leaves one mailer and every mail once', async () => {
    const sink = await bench.sink({ delayDataMs: 5 });
    const { registry } = await registryApp(bench);
    const sent: Promise<unknown>[] = [];
    const names: string[] = [];
    for (let round = 0; round < 15; round++) {
      const mail = await registry.open('acme', settingsFor(sink, { LocalDomain: `h${round}.example.com` }));
      for (const name of subjects(`round ${round}`, 3)) {
        names.push(name);
        sent.push(mail.send(mailOf(name)));
      }
    }
    await Promise.all(sent);
    expect(subjectsOf(sink)).toEqual(names.toSorted());
    expect(registry.keys).toEqual(['acme']);
    await until(() => sink.openConnections <= 5);
  });

  it('is not refused by a server that hangs: the old mailer has its grace time, the new one sends at once', async () => {
    const [hanging, sink] = [await bench.sink({ delayDataMs: 60_000 }), await bench.sink()];
    const { registry } = await registryApp(bench, { shutdownTimeoutMs: 200 });
    const before = await registry.open('acme', settingsFor(hanging));
    const stuck = rejection(before.send(mailOf('stuck')));
    await until(() => hanging.commands.some(line => line.startsWith('DATA')));
    const after = await registry.open('acme', settingsFor(sink));
    expect(await after.send(mailOf('sent'))).toMatchObject({ status: 'accepted' });
    expect(await stuck).toMatchObject({
      code: 'EMAILCLOSED',
      message: expect.stringContaining('"acme" was replaced'),
    });
    await until(() => hanging.openConnections === 0);
    expect(subjectsOf(sink)).toEqual(['sent']);
  });

  it('counts too when it stands in the file that PasswordFile names', async () => {
    const folder = bench.folder();
    const file = folder.write('password', 'first');
    const sink = await bench.sink({ auth: { user: 'acme', pass: 'second' }, allowInsecureAuth: true });
    const { registry } = await registryApp(bench);
    const settings = settingsFor(sink, { ...LOGIN, PasswordFile: file });
    const before = await registry.open('acme', settings);
    expect(await rejection(before.verify())).toMatchObject({ code: 'EMAILAUTH' });
    folder.write('password', 'second');
    const after = await registry.open('acme', settings);
    expect(after).not.toBe(before);
    expect(await after.send(mailOf('x'))).toMatchObject({ status: 'accepted' });
  });
});

describe('A mailer that is replaced', () => {
  it('closes when its last send is done, and close() of its key waits for it', async () => {
    const sink = await bench.sink({ delayDataMs: 100 });
    const { registry } = await registryApp(bench);
    const before = await registry.open('acme', settingsFor(sink, { MaxRecipients: 1 }));
    const sent = before.send(mailOf('x'));
    await registry.open('acme', settingsFor(sink, { MaxRecipients: 2 }));
    await registry.close('acme');
    expect(sink.messages).toHaveLength(1);
    expect(await sent).toMatchObject({ status: 'accepted' });
    await until(() => sink.openConnections === 0);
  });

  it('cannot be replaced without end by mailers that never finish', async () => {
    const hanging = await bench.sink({ delayDataMs: 60_000 });
    const { registry } = await registryApp(bench, { maxOpen: 2, shutdownTimeoutMs: 500 });
    const stuck: Promise<unknown>[] = [];
    for (let round = 1; round <= 3; round++) {
      const mail = await registry.open('acme', settingsFor(hanging, { MaxRecipients: round }));
      stuck.push(rejection(mail.send(mailOf('stuck'))));
    }
    const error = await rejection(registry.open('acme', settingsFor(hanging, { MaxRecipients: 9 })));
    expect(error).toMatchObject({ code: 'EMAILMAILERLIMIT' });
    expect(String(error)).toMatch(/2 mailers that were closed or replaced still finish their mails/);
    await registry.close('acme');
    expect(await Promise.all(stuck)).toHaveLength(3);
    expect(await registry.open('acme', settingsFor(hanging))).toBe(registry.get('acme'));
  });
});
