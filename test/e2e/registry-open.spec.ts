import { describe, expect, it } from '@jest/globals';
import type { MailerRegistry, MailSettings, MailSettingsInput } from 'nest-mailroom';
import { MailModule, MailService, MailSettingsError } from 'nest-mailroom';
import { until } from '../support/bounded-send.js';
import { useMailBench } from '../support/mail-bench.js';
import { mailOf, registryApp, settingsFor, subjectsOf } from '../support/registry-app.js';
import { rejection } from '../support/rejection.js';

const bench = useMailBench();
const SETTINGS: MailSettings = { Host: '127.0.0.1', Port: 1, FromAddress: 'a@example.com' };

async function startRegistry(): Promise<MailerRegistry> {
  return (await registryApp(bench)).registry;
}

describe('A mailer of a registry', () => {
  it('sends by its own settings, beside those of other keys', async () => {
    const [one, two] = [await bench.sink(), await bench.sink()];
    const registry = await startRegistry();
    const acme = await registry.open('acme', settingsFor(one, { FromAddress: 'mail@acme.test' }));
    const globex = await registry.open('globex', settingsFor(two, { FromAddress: 'mail@globex.test' }));
    expect(await acme.send(mailOf('1'))).toMatchObject({ status: 'accepted' });
    await globex.send(mailOf('2'));
    expect([subjectsOf(one), subjectsOf(two)]).toEqual([['1'], ['2']]);
    expect(one.messages[0]?.raw.toString()).toContain('From: mail@acme.test');
    expect(acme.name).toBe('acme');
    expect(registry.keys).toEqual(['acme', 'globex']);
    expect(registry.get('acme')).toBe(acme);
    expect(registry.get('nobody')).toBeUndefined();
  });

  it.each<[string, object]>([
    ['an equal object', { ...SETTINGS }],
    ['other case and order of keys', { fromAddress: 'a@example.com', port: 1, HOST: '127.0.0.1' }],
    ['values as text', { ...SETTINGS, Port: '1', Enabled: 'true' }],
    ['a whole appsettings.json', { MailSettings: SETTINGS, Logging: { LogLevel: 'x' } }],
    ['a default that is written', { ...SETTINGS, MaxConnections: 5 }],
  ])('is the same one for %s', async (_, same) => {
    const registry = await startRegistry();
    const first = await registry.open('acme', SETTINGS);
    expect(await registry.open('acme', same)).toBe(first);
  });

  it('is the same one for equal options, and another one for other options', async () => {
    const registry = await startRegistry();
    const options = { brand: { applicationName: 'Acme' }, retry: { attempts: 2, backoff: 5 } };
    const first = await registry.open('acme', SETTINGS, options);
    const again = { retry: { backoff: 5, attempts: 2 }, brand: { applicationName: 'Acme' } };
    expect(await registry.open('acme', SETTINGS, again)).toBe(first);
    const other = await registry.open('acme', SETTINGS, { ...options, brand: { applicationName: 'ACME' } });
    expect(other).not.toBe(first);
    expect(
      await registry.open('acme', SETTINGS, { brand: {}, templates: { helpers: { x: () => '' } } }),
    ).not.toBe(other);
  });

  it('is made once for calls at the same time', async () => {
    const registry = await startRegistry();
    const found = await Promise.all(Array.from({ length: 50 }, () => registry.open('acme', { ...SETTINGS })));
    expect(new Set(found).size).toBe(1);
    expect(registry.keys).toEqual(['acme']);
  });

  it('is that of the last of several calls with different settings at the same time, and no other stays', async () => {
    const sink = await bench.sink();
    const registry = await startRegistry();
    const senders = ['a', 'b', 'c', 'b'].map(name =>
      settingsFor(sink, { FromAddress: `${name}@example.com` }),
    );
    const found = await Promise.all(senders.map(settings => registry.open('acme', settings)));
    expect(new Set(found).size).toBe(4);
    const last = found.at(-1);
    expect(registry.get('acme')).toBe(last);
    for (const mail of found.slice(0, -1))
      expect(await rejection(mail.send(mailOf('old')))).toMatchObject({
        code: 'EMAILCLOSED',
        retryable: true,
      });
    await last?.send(mailOf('new'));
    expect(sink.messages.map(({ envelope }) => envelope.from)).toEqual(['b@example.com']);
  });

  it('goes on when others are wanted that cannot be used, and the error names the key and everything that is wrong', async () => {
    const sink = await bench.sink();
    const registry = await startRegistry();
    const mail = await registry.open('acme', settingsFor(sink));
    const unusable: MailSettingsInput = { ...settingsFor(sink), Port: 'smtp', MaxRecipients: -1 };
    const error = await rejection(registry.open('acme', unusable, JSON.parse('{"template":1}')));
    expect(error).toBeInstanceOf(MailSettingsError);
    expect(error).toMatchObject({
      code: 'EMAILSETTINGS',
      problems: [{ key: 'Port' }, { key: 'MaxRecipients' }, { key: 'template' }],
    });
    expect(String(error)).toContain('of the mailer "acme"');
    expect(registry.get('acme')).toBe(mail);
    expect(await mail.send(mailOf('x'))).toMatchObject({ status: 'accepted' });
    expect(await registry.open('acme', settingsFor(sink))).toBe(mail);
  });

  it('masks a key that is an address, in errors and in the log', async () => {
    const { registry, logger } = await registryApp(bench);
    const error = await rejection(registry.open('boss@contoso.test', { Host: 'x' }));
    expect(String(error)).toContain('"b***@contoso.test"');
    const mail = await registry.open('boss@contoso.test', SETTINGS);
    await rejection(mail.send(mailOf('x')));
    expect([String(error), ...logger.lines].join('\n')).not.toContain('boss@');
  });

  it('refuses what it is given after it was replaced, and says what to do', async () => {
    const sink = await bench.sink();
    const registry = await startRegistry();
    const before = await registry.open('acme', settingsFor(sink));
    await registry.open('acme', settingsFor(sink, { MaxRecipients: 3 }));
    for (const refused of [before.send(mailOf('x')), before.verify()])
      expect(await rejection(refused)).toMatchObject({
        code: 'EMAILCLOSED',
        retryable: true,
        message: expect.stringMatching(/"acme" was replaced by one with other settings.*call open\(\) again/),
      });
    expect(sink.messages).toEqual([]);
  });

  it('is not changed by a caller that changes the settings later', async () => {
    const sink = await bench.sink();
    const registry = await startRegistry();
    const settings = settingsFor(sink);
    const opening = registry.open('acme', settings);
    settings.Port = 1;
    settings.FromAddress = 'other@example.com';
    await (await opening).send(mailOf('x'));
    expect(sink.messages.map(({ envelope }) => envelope.from)).toEqual(['a@example.com']);
  });

  it('closes by close(), and can be opened again', async () => {
    const sink = await bench.sink();
    const registry = await startRegistry();
    const mail = await registry.open('acme', settingsFor(sink));
    await mail.send(mailOf('1'));
    await registry.close('acme');
    await until(() => sink.openConnections === 0);
    expect(registry.get('acme')).toBeUndefined();
    expect(String(await rejection(mail.send(mailOf('2'))))).toMatch(/was closed by MailerRegistry.close\(\)/);
    await registry.close('acme');
    await registry.close('never opened');
    const again = await registry.open('acme', settingsFor(sink));
    expect(again).not.toBe(mail);
    await again.send(mailOf('3'));
    expect(subjectsOf(sink)).toEqual(['1', '3']);
  });

  it('that is being made is closed when it is ready, and one that is asked for after that is made', async () => {
    const registry = await startRegistry();
    const first = registry.open('acme', SETTINGS);
    const closed = registry.close('acme');
    const second = registry.open('acme', SETTINGS);
    expect(await first).not.toBe(await second);
    await closed;
    expect(registry.get('acme')).toBe(await second);
    expect(await rejection((await first).send(mailOf('x')))).toMatchObject({ code: 'EMAILCLOSED' });
  });
});

describe('The key of a mailer', () => {
  it.each(['constructor', '__proto__', 'toString', '../../etc', 'ünïcode', ' ', 'a'.repeat(255)])(
    'may be %j',
    async key => {
      const registry = await startRegistry();
      const mail = await registry.open(key, SETTINGS);
      expect(registry.get(key)).toBe(mail);
      expect(registry.keys).toEqual([key]);
    },
  );

  it.each<[string, unknown, string]>([
    ['empty', '', 'must not be empty'],
    ['a number', 7, 'must be a text, but is 7'],
    ['nothing', undefined, 'must be a text'],
    ['an object', { toString: () => 'acme' }, 'must be a text'],
    ['longer than 255 octets', 'ü'.repeat(128), 'has 256 octets'],
    ['with a line end', 'ac\nme', 'control characters: "ac\\nme"'],
    ['with a NUL', 'acme\0', 'control characters'],
  ])('cannot be %s', async (_, key, words) => {
    const registry = await startRegistry();
    const error = await rejection(registry.open(key as string, SETTINGS));
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain(words);
    expect(registry.keys).toEqual([]);
  });
});

describe('The registry of an application', () => {
  it.each<[string, object, string]>([
    ['a misspelt option', { idleMS: 5 }, 'registry.idleMS: is not known; did you mean idleMs?'],
    ['a limit that is none', { maxOpen: 0 }, 'registry.maxOpen: must be a whole number'],
    ['a name', { name: 'acme' }, 'registry.name: is not known here: the key'],
    ['a delivery for all', { delivery: class {} }, 'registry.delivery: is an option of one mailer'],
    ['a bad proxy', { smtp: { proxy: 5 } }, 'registry.smtp.proxy'],
    ['a hook that is none', { hooks: ['x'] }, 'registry.hooks[0]: must be a class'],
  ])('does not start with %s', async (_, options, words) => {
    const error = await rejection(registryApp(bench, options));
    expect(error).toBeInstanceOf(MailSettingsError);
    expect(String(error)).toContain(words);
  });

  it('does not start with templates that cannot be used', async () => {
    const error = await rejection(registryApp(bench, { templates: { directories: ['/nowhere'] } }));
    expect(error).toMatchObject({ code: 'EMAILTEMPLATEDIRECTORY' });
  });

  it('does not start when it is imported twice', async () => {
    const error = await rejection(bench.appOf(MailModule.registry(), MailModule.registry()));
    expect(String(error)).toContain('MailModule.registry() is imported 2 times');
  });

  it('lives beside a mailer of forRoot, which is injected as ever', async () => {
    const sink = await bench.sink();
    const { app, mail, logger } = await bench.appOf(
      MailModule.registry(),
      MailModule.forRoot(settingsFor(sink)),
    );
    await mail.send(mailOf('x'));
    expect(app.get(MailService)).toBe(mail);
    expect(logger.warnings).toEqual([]);
  });

  it.each<[object, string]>([
    [{ name: 'x' }, 'name: is not known here: the key is the name of the mailer'],
    [{ idleMs: 5 }, 'idleMs: is an option of MailModule.registry()'],
    [{ fallback: { useFactory: () => ({}) } }, 'fallback: must be mail settings; what makes them'],
    [{ delivery: class {} }, 'delivery: must be an instance'],
    [{ directories: [] }, 'directories: is not known here; did you mean templates.directories?'],
  ])('refuses open() with the options %j', async (options, words) => {
    const registry = await startRegistry();
    const error = await rejection(registry.open('acme', SETTINGS, options));
    expect(error).toBeInstanceOf(MailSettingsError);
    expect(String(error)).toContain(words);
    expect(registry.keys).toEqual([]);
  });

  it('refuses a further mailer beyond maxOpen before anything is made, and says what to do', async () => {
    const { registry } = await registryApp(bench, { maxOpen: 2 });
    await Promise.all([registry.open('a', SETTINGS), registry.open('b', SETTINGS)]);
    const error = await rejection(registry.open('c', { Host: 'not even looked at' }));
    expect(error).toMatchObject({ code: 'EMAILMAILERLIMIT', maxOpen: 2, name: 'MailRegistryError' });
    expect(String(error)).toMatch(/2 mailers are open.*Close one.*idleMs.*raise maxOpen/);
    await registry.open('a', { ...SETTINGS, Port: 2 });
    await registry.close('b');
    await registry.open('c', SETTINGS);
    expect(registry.keys).toEqual(['a', 'c']);
  });

  it('counts a mailer that is being made, and not one whose settings were bad', async () => {
    const { registry } = await registryApp(bench, { maxOpen: 1 });
    const opening = registry.open('a', {});
    expect(await rejection(registry.open('b', SETTINGS))).toMatchObject({ code: 'EMAILMAILERLIMIT' });
    await rejection(opening);
    await registry.open('b', SETTINGS);
    expect(registry.keys).toEqual(['b']);
  });
});
