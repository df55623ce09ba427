import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { DynamicModule } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { ModulesContainer } from '@nestjs/core';
import type { MailModuleOptions } from 'nest-mailroom';
import { MailModule, MailService } from 'nest-mailroom';
import { MailRelayModule } from 'nest-mailroom/relay';
import { rsaKey } from '../support/dkim-keys.js';
import { startApp } from '../support/mail-app.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const KEY = rsaKey().pem;
const SECRETS = [
  's3cret-of-settings',
  's3cret-of-code',
  's3cret-of-proxy',
  's3cret-of-fallback',
  KEY.split('\n')[2] ?? '',
];
const SETTINGS = {
  Host: '127.0.0.1',
  Port: 1,
  FromAddress: 'a@example.com',
  Username: 'ann',
  Password: SECRETS[0],
};
const OPTIONS: MailModuleOptions = {
  smtp: {
    auth: { user: 'ann', pass: 's3cret-of-code' },
    proxy: 'http://u:s3cret-of-proxy@127.0.0.1:2',
    dkim: { domainName: 'example.com', keySelector: 's', privateKey: KEY },
  },
  fallback: { ...SETTINGS, Port: 3, Password: 's3cret-of-fallback' },
};

/** Nest puts providers of its own into every module, which hold the whole application. */
function isOurs(token: unknown): boolean {
  return typeof token === 'symbol' || (typeof token === 'function' && /Mail|Template/.test(token.name));
}

function printed(modules: ModulesContainer, modulePattern: RegExp): string {
  const instances = [...modules.values()]
    .filter(({ metatype }) => modulePattern.test(metatype.name))
    .flatMap(module =>
      [...module.providers].filter(([token]) => isOurs(token)).map(([, { instance }]): unknown => instance),
    );
  expect(instances.length).toBeGreaterThan(3);
  return instances
    .filter(instance => typeof instance === 'object' && instance !== null)
    .flatMap(instance => [
      inspect(instance, { depth: 20 }),
      JSON.stringify(instance) ?? '',
      inspect({ ...(instance as object) }, { depth: 20 }),
    ])
    .join('\n');
}

const WAYS: readonly (readonly [string, () => DynamicModule[] | Promise<DynamicModule>[]])[] = [
  ['forRoot', () => [MailModule.forRoot(SETTINGS, OPTIONS)]],
  [
    'forRootAsync',
    () => [MailModule.forRootAsync({ ...OPTIONS, useFactory: () => Promise.resolve(SETTINGS) })],
  ],
  [
    'fromConfig',
    () => [
      Promise.resolve(
        ConfigModule.forRoot({ ignoreEnvFile: true, load: [() => ({ MailSettings: SETTINGS })] }),
      ),
      Promise.resolve(
        MailModule.fromConfig('MailSettings', {
          ...OPTIONS,
          fallback: { useFactory: () => OPTIONS.fallback as object },
        }),
      ),
    ],
  ],
];

describe('What is injected for a mailer', () => {
  it.each(WAYS)('shows no secret of its settings and options, given by %s', async (_, imports) => {
    const app = await startApp(...imports());
    expect(app.mail).toBeInstanceOf(MailService);
    const everything = printed(app.app.get(ModulesContainer), /^Mail/);
    for (const secret of SECRETS) expect(everything).not.toContain(secret);
    await app.close();
  });

  it('shows none for a relay', async () => {
    const directory = temporaryDirectory();
    const app = await startApp(
      MailRelayModule.forRoot({ settings: { ...SETTINGS, PickupDirectory: directory.path } }),
    );
    const everything = [...app.app.get(ModulesContainer).values()]
      .flatMap(module => [...module.providers.values()].map(({ instance }): unknown => instance))
      .map(instance => inspect(instance, { depth: 3 }))
      .join('\n');
    expect(everything).not.toContain(SECRETS[0]);
    await app.close();
    directory.remove();
  });
});
