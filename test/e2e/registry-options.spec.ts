import { describe, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import type { ComposedMail, DeliveryOutcome, MailMessage, MailSettingsInput } from 'nest-mailroom';
import { MailDelivery, MailHook } from 'nest-mailroom';
import { useMailBench } from '../support/mail-bench.js';
import { mailOf, registryApp, settingsFor, subjectsOf } from '../support/registry-app.js';
import { rejection } from '../support/rejection.js';

const bench = useMailBench();

/** Marks the subject of every mail. */
class Marking extends MailHook {
  constructor(private readonly mark = 'marked') {
    super();
  }
  override beforeSend(message: MailMessage): MailMessage {
    return { ...message, subject: `${this.mark} ${message.subject ?? ''}` };
  }
}

/** Keeps what it is given. */
class Keeping extends MailDelivery {
  readonly name = 'keeping';
  readonly kept: string[] = [];
  closed = 0;
  async deliver(mail: ComposedMail): Promise<DeliveryOutcome> {
    this.kept.push(mail.messageId);
    return { status: 'queued', accepted: mail.envelope.to, rejected: [] };
  }
  async verify(): Promise<void> {}
  async close(): Promise<void> {
    this.closed++;
  }
}

@Injectable()
class Marks {
  readonly mark = 'injected';
}

@Module({ providers: [Marks], exports: [Marks] })
class MarksModule {}

@Injectable()
class Injected extends Marking {
  constructor(marks: Marks) {
    super(marks.mark);
  }
}

describe('The options of a registry', () => {
  it('count for every mailer, and those of one mailer take their place', async () => {
    const sink = await bench.sink();
    const { registry } = await registryApp(bench, { hooks: [Injected], imports: [MarksModule] });
    const settings = settingsFor(sink);
    await (await registry.open('one', settings)).send(mailOf('a'));
    await (await registry.open('two', settings, { hooks: [] })).send(mailOf('b'));
    await (await registry.open('three', settings, { hooks: [Injected] })).send(mailOf('c'));
    await (await registry.open('four', settings, { hooks: [new Marking('own')] })).send(mailOf('d'));
    expect(subjectsOf(sink)).toEqual(['b', 'injected a', 'injected c', 'own d']);
  });

  it('refuse hooks that are none when the mailer is opened', async () => {
    const { registry } = await registryApp(bench);
    const error = await rejection(registry.open('acme', settingsFor({ port: 1 }), { hooks: [class {}] }));
    expect(error).toMatchObject({ code: 'EMAILSETTINGS', problems: [{ key: 'hooks[0]' }] });
    expect(String(error)).toContain('of the mailer "acme"');
    expect(registry.keys).toEqual([]);
  });

  it('have templates that all mailers share which bring none of their own', async () => {
    const [sink, folder] = [await bench.sink(), bench.folder()];
    folder.write('hello/subject.hbs', 'Hello from {{@brand.applicationName}}');
    folder.write('hello/text.hbs', 'x');
    const { registry } = await registryApp(bench, {
      templates: { directories: [folder.path] },
      brand: { applicationName: 'Everybody' },
    });
    const hello = { to: 'ann@example.com', template: 'hello', context: {} };
    await (await registry.open('one', settingsFor(sink))).send(hello);
    const own = await registry.open('two', settingsFor(sink), { brand: { applicationName: 'Two' } });
    await own.send(hello);
    await registry.close('one');
    await (await registry.open('three', settingsFor(sink))).send(hello);
    expect(subjectsOf(sink)).toEqual(['Hello from Everybody', 'Hello from Everybody', 'Hello from Two']);
  });
});

describe('A delivery of the application that mailers share', () => {
  it('is closed with the last of them, and not when one is replaced or closed', async () => {
    const delivery = new Keeping();
    const { registry, close } = await registryApp(bench);
    const settings = { FromAddress: 'a@example.com' };
    const first = await registry.open('one', settings, { delivery });
    await registry.open('two', settings, { delivery });
    expect(await first.send(mailOf('x'))).toMatchObject({ status: 'queued', via: 'keeping' });
    await registry.open('one', { ...settings, MaxRecipients: 3 }, { delivery });
    await registry.close('two');
    expect(delivery.closed).toBe(0);
    await (await registry.open('one', { ...settings, MaxRecipients: 3 }, { delivery })).send(mailOf('y'));
    expect(delivery.kept).toHaveLength(2);
    await close();
    expect(delivery.closed).toBe(1);
  });

  it('is another one when it is another object', async () => {
    const { registry } = await registryApp(bench);
    const [one, two] = [new Keeping(), new Keeping()];
    const settings = { FromAddress: 'a@example.com' };
    const first = await registry.open('acme', settings, { delivery: one });
    expect(await registry.open('acme', settings, { delivery: one })).toBe(first);
    expect(await registry.open('acme', settings, { delivery: two })).not.toBe(first);
    await registry.close('acme');
    expect([one.closed, two.closed]).toEqual([1, 1]);
  });
});

describe('A mailer that cannot be made', () => {
  it.each<[string, object, object, object]>([
    [
      'a pickup directory that is not there',
      { PickupDirectory: '/nowhere/at/all', UseSpecifiedPickupDirectory: true },
      {},
      { code: 'EMAILSETTINGS' },
    ],
    [
      'a folder of templates that is not there',
      {},
      { templates: { directories: ['/nowhere'] } },
      { code: 'EMAILTEMPLATEDIRECTORY' },
    ],
    [
      'a fallback that cannot be used',
      {},
      { fallback: { Host: 'x', Port: 'y' } },
      { code: 'EMAILSETTINGS', problems: [{ key: 'fallback.Port' }] },
    ],
    [
      'a signing key that is none',
      {},
      { smtp: { dkim: { domainName: 'a.test', keySelector: 's', privateKey: 'x' } } },
      { code: 'EMAILSETTINGS' },
    ],
  ])('leaves the one before: %s', async (_, more, options, expected) => {
    const sink = await bench.sink();
    const { registry } = await registryApp(bench);
    const before = await registry.open('acme', settingsFor(sink));
    expect(await rejection(registry.open('acme', settingsFor(sink, more), options))).toMatchObject(expected);
    expect(registry.get('acme')).toBe(before);
    await before.send(mailOf('x'));
    expect(sink.messages).toHaveLength(1);
  });

  it('says nothing of its secrets, and nothing in the registry shows them', async () => {
    const { app, registry } = await registryApp(bench);
    const secret = 's3cret-of-acme';
    const settings = settingsFor({ port: 1 }, { Username: 'u', Password: secret });
    await registry.open('acme', settings, { smtp: { proxy: `http://u:${secret}@127.0.0.1:2` } });
    const unusable: MailSettingsInput = { ...settings, Port: 'x' };
    const error = await rejection(registry.open('acme', unusable));
    const { inspect } = await import('node:util');
    const shown = [error, registry, registry.get('acme'), app].map(value =>
      inspect(value, { depth: 12, showHidden: true }),
    );
    expect(`${shown.join('\n')}${JSON.stringify(registry)}`).not.toContain(secret);
  });
});
