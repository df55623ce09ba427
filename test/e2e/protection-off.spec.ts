import { createSecureContext } from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { MailModuleOptions, MailSettings } from 'nest-mailroom';
import { MailDelivery, MailModule } from 'nest-mailroom';
import { MailTestingModule } from 'nest-mailroom/testing';
import { createCertificateAuthority } from '../support/certificates.js';
import { runCli } from '../support/cli.js';
import { useMailBench } from '../support/mail-bench.js';
import { RelayApp } from '../support/relay-app.js';

type Tls = NonNullable<NonNullable<MailModuleOptions['smtp']>['tls']>;

const SETTINGS: MailSettings = { Host: 'smtp.contoso.com', FromAddress: 'a@contoso.com' };
const LOGIN: MailSettings = { Username: 'ann', Password: 's3cret-password' };
const VARIABLE = 'NODE_TLS_REJECT_UNAUTHORIZED';
const OFF: readonly [string, Tls, RegExp][] = [
  ['certificates are not verified', { rejectUnauthorized: false }, /^smtp\.tls\.rejectUnauthorized is false/],
  ['TLS 1.0 is taken', { minVersion: 'TLSv1' }, /^smtp\.tls\.minVersion is TLSv1 in code/],
  ['TLS 1.1 is taken', { minVersion: 'TLSv1.1' }, /^smtp\.tls\.minVersion is TLSv1\.1 in code/],
  [
    'TLS 1.1 is the newest',
    { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' },
    /^smtp\.tls\.minVersion is TLSv1 in code/,
  ],
  [
    'a context takes TLS 1.1',
    { secureContext: createSecureContext({ minVersion: 'TLSv1.1' }) },
    /^smtp\.tls\.secureContext lets servers use versions of TLS before 1\.2/,
  ],
  [
    'names are checked by code',
    { checkServerIdentity: () => undefined },
    /^smtp\.tls\.checkServerIdentity is given in code/,
  ],
];

const bench = useMailBench();
afterEach(() => {
  delete process.env[VARIABLE];
});

async function warningsOf(settings: MailSettings, options: MailModuleOptions = {}): Promise<string[]> {
  return (await bench.app({ ...SETTINGS, ...settings }, options)).logger.warnings;
}

async function relayWarnings(
  settings: MailSettings,
  smtp: MailModuleOptions['smtp'] = {},
): Promise<string[]> {
  const directory = bench.folder().path;
  const relay = bench.closing(
    await RelayApp.start({ settings: { ...SETTINGS, ...settings }, directory, smtp }),
  );
  return relay.logger.warnings;
}

class OwnDelivery extends MailDelivery {
  readonly name = 'own';
  override deliver = () => Promise.resolve({ status: 'accepted' as const, accepted: [], rejected: [] });
  override verify = () => Promise.resolve();
  override close = () => Promise.resolve();
}

describe('Protection that is switched off', () => {
  it.each(OFF)('is told once at start where %s', async (_, tls, words) => {
    expect(await warningsOf({}, { smtp: { tls } })).toEqual([expect.stringMatching(words)]);
    expect(await relayWarnings({}, { tls })).toEqual([expect.stringMatching(words)]);
  });

  it('by the environment is told once at start', async () => {
    process.env[VARIABLE] = '0';
    const told = [expect.stringContaining('NODE_TLS_REJECT_UNAUTHORIZED=0 stands in the environment')];
    expect(await warningsOf({})).toEqual(told);
    expect(await warningsOf({ SecureSocketOption: 'SslOnConnect' }, { smtp: { tls: { ca: [] } } })).toEqual(
      told,
    );
    expect(await relayWarnings({})).toEqual(told);
  });

  it('in several ways is told of each', async () => {
    process.env[VARIABLE] = '0';
    const tls: Tls = { rejectUnauthorized: false, minVersion: 'TLSv1', checkServerIdentity: () => undefined };
    expect(await warningsOf({}, { smtp: { tls } })).toEqual([
      expect.stringContaining('rejectUnauthorized'),
      expect.stringContaining(VARIABLE),
      expect.stringContaining('minVersion'),
      expect.stringContaining('checkServerIdentity'),
    ]);
  });

  it('is told of a class with getters and of options of a frozen object, which are read once', async () => {
    let reads = 0;
    class Options {
      get rejectUnauthorized(): boolean {
        reads++;
        return false;
      }
    }
    expect(await warningsOf({}, { smtp: { tls: Object.freeze(new Options()) } })).toEqual([
      expect.stringContaining('rejectUnauthorized'),
    ]);
    expect(reads).toBe(1);
  });

  it('is told once for a mailer with a fallback, and for each of several mailers', async () => {
    const smtp = { tls: { rejectUnauthorized: false } };
    expect(await warningsOf({}, { smtp, fallback: { Host: 'other.contoso.com' } })).toHaveLength(1);
    const app = await bench.appOf(
      MailModule.forRoot(SETTINGS, { smtp }),
      MailModule.forRoot(SETTINGS, { smtp, name: 'other' }),
      MailModule.forRoot(SETTINGS, { name: 'third' }),
    );
    expect(app.logger.warnings).toHaveLength(2);
  });

  it.each<[string, Tls]>([
    ['is asked for', { rejectUnauthorized: true, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' }],
    ['is as strict as can be', { minVersion: 'TLSv1.3', secureContext: createSecureContext() }],
    ['is not given', JSON.parse('{"rejectUnauthorized":null,"minVersion":null,"checkServerIdentity":null}')],
    [
      'is that of a context, beside which minVersion counts nothing',
      { minVersion: 'TLSv1', secureContext: createSecureContext() },
    ],
  ])('is not told where protection %s', async (_, tls) => {
    expect(await warningsOf({}, { smtp: { tls } })).toEqual([]);
    expect(await relayWarnings({}, { tls })).toEqual([]);
  });

  it.each(['1', '', 'false', '00'])('is not told of what Node.js does not take for it: %j', async value => {
    process.env[VARIABLE] = value;
    expect(await warningsOf({})).toEqual([]);
  });

  it('is not told of an environment that code overrules', async () => {
    process.env[VARIABLE] = '0';
    expect(await warningsOf({}, { smtp: { tls: { rejectUnauthorized: true } } })).toEqual([]);
  });

  describe('is of no matter, and not told,', () => {
    const smtp = { tls: { rejectUnauthorized: false }, auth: { user: 'ann', pass: 's3cret-password' } };
    const none: MailSettings = { SecureSocketOption: 'None', ...LOGIN };

    it('where mail is switched off', async () => {
      process.env[VARIABLE] = '0';
      expect(await warningsOf({ Enabled: false, ...none }, { smtp, fallback: SETTINGS })).toEqual([]);
      expect(await relayWarnings({ Enabled: false, ...none }, smtp)).toEqual([]);
    });

    it('where mails are written to a pickup directory', async () => {
      process.env[VARIABLE] = '0';
      const settings = { UseSpecifiedPickupDirectory: true, PickupDirectory: bench.folder().path };
      expect(await warningsOf({ ...none, ...settings }, { smtp })).toEqual([]);
      expect(await warningsOf({ ...none, ...settings }, { smtp, fallback: { ...SETTINGS } })).toEqual([
        expect.stringContaining('The option fallback is not used'),
      ]);
    });

    it('where an own delivery takes the place of SMTP', async () => {
      process.env[VARIABLE] = '0';
      expect(await warningsOf(none, { smtp, delivery: OwnDelivery })).toEqual([]);
    });

    it('where the test kit takes every mail', async () => {
      process.env[VARIABLE] = '0';
      const { logger } = await bench.appOf(
        MailModule.forRoot({ ...SETTINGS, ...none }, { smtp, fallback: { ...SETTINGS, ...none } }),
        MailTestingModule.forRoot(),
      );
      expect(logger.warnings).toEqual([]);
    });
  });

  it('is told where an own delivery has a fallback by SMTP', async () => {
    const smtp = { tls: { rejectUnauthorized: false } };
    expect(
      await warningsOf({}, { smtp, delivery: OwnDelivery, fallback: { Host: 'other.contoso.com' } }),
    ).toEqual([expect.stringContaining('rejectUnauthorized')]);
  });
});

describe('A login in clear', () => {
  const none = { SecureSocketOption: 'None' } as const;
  const auth = { user: 'ann', pass: 's3cret-password' };
  const proxy = 'http://127.0.0.1:3128';

  it.each<[string, MailSettings, MailModuleOptions['smtp'], RegExp]>([
    ['of the settings', LOGIN, {}, /^The password for smtp\.contoso\.com is sent in clear/],
    ['in code', {}, { auth }, /^The login of smtp\.auth for smtp\.contoso\.com is sent in clear/],
    ['of both', LOGIN, { auth }, /^The password for smtp\.contoso\.com is sent in clear/],
    [
      'of the settings, through a proxy',
      LOGIN,
      { proxy },
      /^The password for smtp\.contoso\.com is sent in clear/,
    ],
    ['in code, through a proxy', {}, { auth, proxy }, /^The login of smtp\.auth for smtp\.contoso\.com/],
    [
      'to a localhost behind a proxy',
      { ...LOGIN, Host: 'localhost' },
      { proxy },
      /^The login for localhost is sent in clear to a proxy/,
    ],
    [
      'in code to a localhost behind a proxy',
      { Host: '127.0.0.1' },
      { auth, proxy },
      /^The login for 127\.0\.0\.1 is sent in clear to a proxy/,
    ],
  ])('%s is told once at start with None', async (_, settings, smtp, words) => {
    expect(await warningsOf({ ...none, ...settings }, { smtp })).toEqual([expect.stringMatching(words)]);
    expect(await relayWarnings({ ...none, ...settings }, smtp)).toEqual([expect.stringMatching(words)]);
    expect(await warningsOf({ ...settings }, { smtp })).toEqual([]);
  });

  it.each<[string, MailSettings, MailModuleOptions['smtp']]>([
    ['to this machine', { ...LOGIN, Host: 'relay.localhost' }, {}],
    ['in code to this machine', { Host: '::1' }, { auth }],
    ['that is none', {}, {}],
    ['that is none, through a proxy', { Host: 'localhost' }, { proxy }],
  ])('%s is not told', async (_, settings, smtp) => {
    expect(await warningsOf({ ...none, ...settings }, { smtp })).toEqual([]);
    expect(await relayWarnings({ ...none, ...settings }, smtp)).toEqual([]);
  });

  it('of a relay is told also where the folder is the one that the application writes to', async () => {
    const PickupDirectory = bench.folder().path;
    const settings = { ...none, ...LOGIN, UseSpecifiedPickupDirectory: true, PickupDirectory };
    expect(await relayWarnings(settings)).toEqual([
      expect.stringMatching(/^The password for smtp\.contoso\.com is sent in clear/),
    ]);
  });

  it('of a fallback is told of it, and a login in code is for the first server alone', async () => {
    const fallback = { Host: 'localhost', ...none, ...LOGIN };
    expect(await warningsOf({}, { smtp: { proxy, auth }, fallback })).toEqual([
      expect.stringMatching(/^fallback: The login for localhost is sent in clear to a proxy/),
    ]);
    expect(
      await warningsOf({}, { smtp: { auth }, fallback: { Host: 'other.contoso.com', ...none } }),
    ).toEqual([]);
  });
});

describe('A command of a process whose environment switches the check of certificates off', () => {
  it('tells so, and takes the certificate that it would refuse', async () => {
    const certificate = createCertificateAuthority().issue({ hosts: ['127.0.0.1'] });
    const sink = await bench.sink({ tls: 'starttls', certificate });
    const folder = bench.folder();
    const settings = { ...SETTINGS, Host: sink.host, Port: sink.port, SecureSocketOption: 'StartTls' };
    folder.write('appsettings.json', JSON.stringify({ MailSettings: settings }));
    const run = (command: readonly string[], value: string) =>
      runCli(command, { cwd: folder.path, env: { [VARIABLE]: value } });
    const told = expect.stringContaining('NODE_TLS_REJECT_UNAUTHORIZED=0 stands in the environment');
    for (const command of [
      ['check', '--json'],
      ['send-test', '--to', 'ann@contoso.com', '--json'],
    ]) {
      const off = await run(command, '0');
      expect(off.code).toBe(0);
      expect(JSON.parse(off.stdout)).toMatchObject({ warnings: [told] });
      const on = await run(command, '1');
      expect(on.code).toBe(1);
      expect(JSON.parse(on.stdout)).toMatchObject({ warnings: [] });
    }
    const relay = await run(['relay', '--directory', bench.folder().path, '--once', '--json'], '0');
    expect(relay.stdout.match(/NODE_TLS_REJECT_UNAUTHORIZED=0/g)).toHaveLength(1);
  });

  it('tells nothing where nothing leaves by SMTP', async () => {
    const folder = bench.folder();
    const pickup = {
      UseSpecifiedPickupDirectory: true,
      PickupDirectory: folder.path,
      FromAddress: 'a@contoso.com',
    };
    for (const settings of [pickup, { ...SETTINGS, Enabled: false }]) {
      folder.write('appsettings.json', JSON.stringify({ MailSettings: settings }));
      const { stdout } = await runCli(['check', '--json'], { cwd: folder.path, env: { [VARIABLE]: '0' } });
      expect(JSON.parse(stdout)).toMatchObject({ warnings: [] });
    }
  });
});
