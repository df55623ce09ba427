import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { MailModuleAsyncOptions, MailModuleOptions } from 'nest-mailroom';
import { MailDelivery, MailHook, MailModule, MailSettingsError } from 'nest-mailroom';
import { MailPreviewModule } from 'nest-mailroom/preview';
import { MailRelayModule } from 'nest-mailroom/relay';
import { createCertificateAuthority } from '../support/certificates.js';
import { startApp, startMailApp } from '../support/mail-app.js';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';

const SETTINGS = { Host: '127.0.0.1', Port: 1, FromAddress: 'a@example.com' };
const bench = useMailBench();

/** What the start of an application says of its options; JavaScript lets anything be an option. */
async function problemsOf(options: object, settings: object = SETTINGS): Promise<string[]> {
  const error = await rejection(startMailApp(settings, options as MailModuleOptions));
  expect(error).toBeInstanceOf(MailSettingsError);
  expect(error).toMatchObject({ code: 'EMAILSETTINGS' });
  return error instanceof MailSettingsError
    ? error.problems.map(({ key, message }) => `${key}: ${message}`)
    : [];
}

describe('An application does not start', () => {
  it.each<[object, string]>([
    [{ template: {} }, 'template: is not known; did you mean templates?'],
    [{ templates: { source: {} } }, 'templates.source: is not known; did you mean sources?'],
    [{ templates: { sources: ['x'] } }, 'templates.sources: must be an object, but is a list'],
    [
      { templates: { sources: { '../x/html.hbs': 'x' } } },
      'templates.sources.../x/html.hbs: is no path below a folder of templates',
    ],
    [{ templates: { sources: { 'x/html.hbs': 5 } } }, 'templates.sources.x/html.hbs: must be a text'],
    [{ brand: { logo: 5 } }, 'brand.logo: must be the path of a file, a data URL, or octets'],
    [{ templates: { directory: '/x' } }, 'templates.directory: is not known; did you mean directories?'],
    [{ templates: { dirs: ['/x'] } }, 'templates.dirs: is not known'],
    [{ templates: { defaultLocale: 'fr' } }, 'templates.defaultLocale: is not known'],
    [{ smtp: { proxi: 'http://h:1' } }, 'smtp.proxi: is not known; did you mean proxy?'],
    [
      { smtp: { tls: { rejectUnauthorised: false } } },
      'smtp.tls.rejectUnauthorised: is not known; did you mean rejectUnauthorized?',
    ],
    [
      { smtp: { auth: { type: 'OAuth2', user: 'u', clientID: 'x' } } },
      'smtp.auth.clientID: is not known; did you mean clientId?',
    ],
    [{ hook: [] }, 'hook: is not known; did you mean hooks?'],
    [{ fallBack: SETTINGS }, 'fallBack: is not known; did you mean fallback?'],
    [{ shutdownTimeout: 5 }, 'shutdownTimeout: is not known; did you mean shutdownTimeoutMs?'],
    [{ retry: { attempts: 2, backof: 5 } }, 'retry.backof: is not known; did you mean backoff?'],
    [
      { retry: { attempts: 2, backoff: { delayMs: 5 } } },
      'retry.backoff.delayMs: is not known; did you mean delay?',
    ],
    [{ brand: { logoURI: 'https://x.test/l.png' } }, 'brand.logoURI: is not known; did you mean logoUrl?'],
    [{ brand: { colours: {} } }, 'brand.colours: is not known; did you mean colors?'],
    [{ pickup: { sync: false } }, 'pickup.sync: is not known; did you mean fsync?'],
    [{ directories: ['/x'] }, 'directories: is not known here; did you mean templates.directories?'],
    [{ attempts: 3 }, 'attempts: is not known here; did you mean retry.attempts?'],
    [{ host: 'h' }, 'host: is no option but the mail setting Host; write it there'],
    [{ FromAddress: 'x' }, 'FromAddress: is no option but the mail setting FromAddress; write it there'],
    [{ useFactory: () => SETTINGS }, 'useFactory: is not known'],
    [{ proxy: 'http://h:1' }, 'proxy: is not known here; did you mean smtp.proxy?'],
    [{ tls: {} }, 'tls: is not known here; did you mean smtp.tls?'],
    [{ auth: { user: 'u' } }, 'auth: is not known here; did you mean smtp.auth?'],
    [{ rejectUnauthorized: false }, 'rejectUnauthorized: is not known here; did you mean smtp.tls.reject'],
    [{ dkim: {} }, 'dkim: is not known here; did you mean smtp.dkim, or the mail setting Dkim?'],
    [{ Dkim: {} }, 'Dkim: is no option but the mail setting Dkim; write it there'],
  ])('with an option that is not known: %j', async (options, problem) => {
    expect(await problemsOf(options)).toEqual([expect.stringContaining(problem)]);
  });

  it.each<[object, string]>([
    [{ templates: { directories: '/x' } }, 'templates.directories: must be a list, but is a text'],
    [
      { templates: { directories: [7] } },
      'templates.directories[0]: must be a text that is not empty, but is 7',
    ],
    [{ templates: '/x' }, 'templates: must be an object, but is a text'],
    [{ templates: { strict: 'no' } }, 'templates.strict: must be true or false, but is a text'],
    [{ templates: { helpers: [] } }, 'templates.helpers: must be an object, but is a list'],
    [
      { templates: { helpers: { shout: () => '', foo: undefined } } },
      'templates.helpers.foo: must be a function, but is undefined',
    ],
    [{ templates: { helpers: { foo: 'x' } } }, 'templates.helpers.foo: must be a function, but is a text'],
    [{ templates: { timeZone: 'Mars/Olympus' } }, 'templates.timeZone: must be the IANA name of a time zone'],
    [{ smtp: null }, 'smtp: must be an object, but is null'],
    [{ smtp: { maxMessages: '5' } }, 'smtp.maxMessages: must be a whole number of 1 or more, but is a text'],
    [{ smtp: { localAddress: 'eth0' } }, 'smtp.localAddress: must be an IP address of this machine'],
    [
      { smtp: { tls: { minVersion: 'TLS1.2' } } },
      'smtp.tls.minVersion: must be "TLSv1", "TLSv1.1", "TLSv1.2" or "TLSv1.3"',
    ],
    [{ smtp: { auth: 'user:pass' } }, 'smtp.auth: must be an object, but is a text'],
    [{ smtp: { auth: { user: 'u', pass: 12 } } }, 'smtp.auth.pass: must be a text, but is 12'],
    [{ hooks: class extends MailHook {} }, 'hooks: must be a list, but is a function'],
    [{ hooks: [{ beforeSend() {} }] }, 'hooks[0]: must be a class, but is an object'],
    [{ hooks: [undefined] }, 'hooks[0]: must be a class, but is undefined'],
    [{ imports: {} }, 'imports: must be a list, but is an object'],
    [
      { delivery: { send() {} } },
      'delivery: must be a class that extends MailDelivery, or an instance of one',
    ],
    [
      { delivery: () => ({}) },
      'delivery: must be a class that extends MailDelivery, or an instance of one, but is a function',
    ],
    [{ delivery: Object }, 'delivery: must be a class that extends MailDelivery, or an instance of one'],
    [{ delivery: class Foo {} }, 'delivery: must be a class that extends MailDelivery'],
    [
      { delivery: { deliver: async () => {} } },
      'delivery: must be a class that extends MailDelivery, or an instance of one, but has no verify, no close',
    ],
    [{ delivery: class Foo {}, fallback: SETTINGS }, 'but has no deliver, no verify, no close'],
    [{ hooks: [() => {}] }, 'hooks[0]: must be a class, but is a function'],
    [{ hooks: [async function hook() {}] }, 'hooks[0]: must be a class, but is a function'],
    [{ hooks: [String] }, 'hooks[0]: must be a class, but is a function'],
    [{ hooks: [class {}] }, 'hooks[0]: must be a class that extends MailHook, but has none of beforeSend'],
    [{ fallback: () => SETTINGS }, 'fallback: must be mail settings, or { inject, useFactory }'],
    [{ fallback: { useFactory: SETTINGS } }, 'fallback.useFactory: must be a function, but is an object'],
    [{ fallback: 'smtp.example.com' }, 'fallback: must be mail settings'],
    [{ shutdownTimeoutMs: '10s' }, 'shutdownTimeoutMs: must be a number from 0 to 2147483647, but is a text'],
    [{ isGlobal: 'yes' }, 'isGlobal: must be true or false, but is a text'],
    [{ name: 5 }, 'name: must be a text that is not empty, but is 5'],
    [{ retry: 3 }, 'retry: must be an object, but is 3'],
    [{ retry: { backoff: 5 } }, 'retry.attempts: is missing'],
    [
      { retry: { attempts: 3, backoff: 'slow' } },
      'retry.backoff: must be milliseconds, { type, delay, maxDelay }',
    ],
    [{ brand: { colors: { primary: 'red' } } }, 'brand.colors.primary: must be a colour such as #1f5fbf'],
    [{ brand: { logoUrl: '/logo.png' } }, 'brand.logoUrl: must be an absolute http(s) address'],
    [{ pickup: { fsync: 0 } }, 'pickup.fsync: must be true or false, but is 0'],
    [{ allowAddressLiterals: 1 }, 'allowAddressLiterals: must be true or false, but is 1'],
    [[], 'options: must be an object, but is a list'],
    [new Map([['templates', {}]]), 'options: must be an object, but is a Map'],
  ])('with an option of the wrong type: %p', async (options, problem) => {
    expect(await problemsOf(options)).toEqual([expect.stringContaining(problem)]);
  });

  it.each<[string, unknown, string]>([
    ['host', 'h', 'is decided by the setting Host'],
    ['port', 25, 'is decided by the setting Port'],
    ['secure', true, 'is decided by the setting SecureSocketOption'],
    ['requireTLS', true, 'is decided by the setting SecureSocketOption'],
    ['ignoreTLS', true, 'is decided by the setting SecureSocketOption'],
    ['connectionTimeout', 5000, 'is decided by the setting ConnectionTimeout, which is in seconds'],
    ['socketTimeout', 5000, 'is decided by the setting SocketTimeout, which is in seconds'],
    ['logger', true, 'the log at the level verbose'],
    ['debug', true, 'the log at the level verbose'],
    ['socket', {}, 'smtp.proxy'],
    ['pool', true, 'MaxConnections'],
    ['maxConnections', 3, 'is decided by the setting MaxConnections'],
    ['rateLimit', 3, 'is decided by the setting MaxMessagesPerSecond'],
    ['service', 'gmail', 'the setting Host'],
    ['pass', 's3cret', 'is decided by the setting Password'],
    ['cert', 'c', 'stands in smtp.tls: tls: { cert }'],
    ['key', 'k', 'stands in smtp.tls'],
    ['ciphers', 'HIGH', 'stands in smtp.tls'],
    ['minVersion', 'TLSv1.3', 'stands in smtp.tls'],
    ['passphrase', 's3cret', 'stands in smtp.tls'],
    ['timeout', 5000, 'SocketTimeout'],
  ])('with smtp.%s, and the error names what decides it', async (name, value, words) => {
    const [problem, ...others] = await problemsOf({ smtp: { [name]: value } });
    expect(problem).toContain(`smtp.${name}: `);
    expect(problem).toContain(words);
    expect(problem).not.toContain('s3cret');
    expect(others).toEqual([]);
  });

  it('with a key, a certificate or ciphers that OpenSSL cannot use', async () => {
    const authority = createCertificateAuthority();
    const { cert } = authority.issue({ hosts: ['127.0.0.1'] });
    const { key } = authority.issue({ hosts: ['other'] });
    for (const tls of [{ key: 'abc' }, { cert: 'abc' }, { ciphers: 'NOPE' }, { cert, key }])
      expect(await problemsOf({ smtp: { tls } })).toEqual([
        expect.stringMatching(/^smtp\.tls: cannot be used: ./),
      ]);
  });

  it('and tells all problems at once, of settings, fallback and options', async () => {
    const problems = await problemsOf(
      { template: {}, smtp: { proxi: 'x' }, retry: { attempts: 0 }, fallback: { Host: 'smtp://h' } },
      { ...SETTINGS, Port: 'many', MaxRecipients: 0 },
    );
    expect(problems.map(problem => problem.split(':')[0])).toEqual([
      'Port',
      'MaxRecipients',
      'fallback.Host',
      'smtp.proxi',
      'retry.attempts',
      'template',
    ]);
  });

  it('when forRootAsync, fromConfig or a named mailer has such options', async () => {
    const wrong = { templates: { directory: 'x' }, template: 1 };
    const async = { ...wrong, useFactory: () => SETTINGS, usefactory: 1 } as MailModuleAsyncOptions;
    expect(await rejection(startApp(MailModule.forRootAsync(async)))).toMatchObject({
      problems: [{ key: 'templates.directory' }, { key: 'template' }, { key: 'usefactory' }],
    });
    const named = { name: 'alerts', ...wrong } as MailModuleOptions;
    const modules = [MailModule.forRoot(SETTINGS), MailModule.forRoot(SETTINGS, named)];
    expect(await rejection(startApp(...modules))).toMatchObject({ code: 'EMAILSETTINGS' });
    const options = JSON.parse('{ "name": "x" }') as never;
    expect(() => MailModule.fromConfig(options)).toThrow('takes the name of a section first');
  });

  it('before a template is read or a delivery is made', async () => {
    const made: string[] = [];
    class Own extends MailDelivery {
      readonly name = 'own';
      async deliver(): Promise<never> {
        throw new Error('never');
      }
      async verify(): Promise<void> {
        made.push('verified');
      }
      async close(): Promise<void> {}
    }
    const problems = await problemsOf({
      templates: { directories: ['/nowhere'], watches: true },
      delivery: Own,
    });
    expect(problems).toEqual(['templates.watches: is not known; did you mean watch?']);
    expect(made).toEqual([]);
  });

  it('with wrong options of a relay, told together with its settings', async () => {
    const folder = bench.folder();
    const options = JSON.parse(
      `{ "settings": { "PickupDirectory": "${folder.path}" }, "dir": "x", "pollMs": "5s", "retry": { "first": 1 },
         "smtp": { "proxy": "127.0.0.1:3128", "hots": 1 }, "onEvent": "log" }`,
    ) as Parameters<typeof MailRelayModule.forRoot>[0];
    const error = await rejection(startApp(MailRelayModule.forRoot(options)));
    expect(error).toMatchObject({ code: 'EMAILSETTINGS' });
    expect(error instanceof MailSettingsError && error.problems.map(({ key }) => key)).toEqual([
      'Host',
      'retry.first',
      'pollMs',
      'smtp.proxy',
      'smtp.hots',
      'onEvent',
      'dir',
    ]);
  });

  it('with wrong options of the preview', async () => {
    const options = JSON.parse(
      '{ "allowremote": true, "allowRemote": "no", "mailbox": { "max": 5 } }',
    ) as Parameters<typeof MailPreviewModule.forRoot>[0];
    const modules = [MailModule.forRoot(SETTINGS), MailPreviewModule.forRoot(options)];
    expect(await rejection(startApp(...modules))).toMatchObject({
      problems: [
        { key: 'preview.allowRemote' },
        { key: 'preview.mailbox.max' },
        { key: 'preview.allowremote', message: 'is not known; did you mean allowRemote?' },
      ],
    });
  });
});

describe('An application starts', () => {
  it.each<[string, object]>([
    ['no options', {}],
    [
      'undefined for what is not given',
      { templates: undefined, template: undefined, smtp: { proxy: undefined } },
    ],
    ['options without a prototype', Object.assign(Object.create(null), { shutdownTimeoutMs: 5 })],
    ['options with symbols', { [Symbol('x')]: 1 }],
    ['maxMessages without an end', { smtp: { maxMessages: Infinity } }],
    [
      'what a mechanism of the application wants',
      { smtp: { auth: { method: 'X', user: 'u', anything: 1 }, customAuth: { X: () => {} } } },
    ],
    [
      'null in TLS for what is not given',
      { smtp: { tls: { ca: null, cert: null, key: null, ecdhCurve: null } } },
    ],
    ['helpers, which are functions', { templates: { helpers: { shout: (text: string) => text } } }],
    ['a named time zone', { templates: { timeZone: 'Europe/Paris' } }],
  ])('with %s', async (_, options) => {
    const app = await bench.app(SETTINGS, options);
    expect(app.mail.via).toBe('smtp');
    expect(app.logger.warnings).toEqual([]);
  });

  it('with an instance of a class, whose getters and inherited fields count', async () => {
    const sink = await bench.sink();
    class Parent {
      get brand(): object {
        return { applicationName: 'Contoso' };
      }
    }
    class Options extends Parent {
      name = 'billing';
      get smtp(): object {
        return { maxMessages: 1 };
      }
    }
    const options = new Options();
    const app = await bench.appOf(
      MailModule.forRoot({ ...SETTINGS, Port: sink.port }, { ...options, name: undefined }),
      MailModule.forRoot({ ...SETTINGS, Port: sink.port }, options),
    );
    const mail = app.app.get<typeof app.mail>('MailService:billing', { strict: false });
    for (let count = 0; count < 2; count++)
      await mail.sendNotification({ to: 'ann@example.com', title: 'Hello', lines: ['x'] });
    expect(sink.connections).toBe(2);
    expect(sink.messages[0]?.raw.toString()).toContain('Contoso');
  });

  it('with hooks and a delivery of any shape that has the methods', async () => {
    const seen: string[] = [];
    class Fields {
      name = 'fields';
      deliver = async () => ({ status: 'accepted', accepted: ['ann@example.com'], rejected: [] });
      verify = async () => {};
      close = async () => {};
    }
    class Plain {
      beforeSend = () => void seen.push('before');
    }
    function Old(this: { afterSend: unknown }) {
      this.afterSend = () => void seen.push('after');
    }
    const options = { delivery: Fields, hooks: [Plain, Old, class extends MailHook {}] } as object;
    const { mail } = await bench.app(SETTINGS, options);
    await mail.send({ to: 'ann@example.com', subject: 's', text: 'x' });
    expect(mail.via).toBe('fields');
    expect(seen).toEqual(['before', 'after']);
  });

  it('and prints no secret of options that were refused', async () => {
    const options = { smtp: { auth: { user: 'u', pass: 's3cret', type: 5 }, passwd: 's3cret' } };
    const error = await rejection(startMailApp(SETTINGS, options as object));
    expect(`${inspect(error, { depth: 9, showHidden: true })}${JSON.stringify(error)}`).not.toContain(
      's3cret',
    );
  });
});
