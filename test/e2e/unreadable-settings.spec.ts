import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { MailSettingsInput } from 'nest-mailroom';
import { MailModule, MailSettingsError } from 'nest-mailroom';
import { MailRelayModule } from 'nest-mailroom/relay';
import { refusing, revoked, throwing } from '../core/message/hostile-values.js';
import { startApp } from '../support/mail-app.js';
import { startNestApp } from '../support/nest-app.js';
import { rejection } from '../support/rejection.js';

/** JavaScript lets anything be settings. */
const settingsOf = (make: () => unknown): MailSettingsInput => make() as MailSettingsInput;

const SETTINGS = { Host: '127.0.0.1', Port: 1, FromAddress: 'a@example.com' };

const WAYS: readonly (readonly [string, (make: () => unknown) => Promise<unknown>])[] = [
  ['forRoot', make => startApp(MailModule.forRoot(settingsOf(make)))],
  ['forRootAsync', make => startApp(MailModule.forRootAsync({ useFactory: () => settingsOf(make) }))],
  ['a fallback', make => startApp(MailModule.forRoot(SETTINGS, { fallback: settingsOf(make) }))],
  [
    'the factory of a fallback',
    make => startApp(MailModule.forRoot(SETTINGS, { fallback: { useFactory: () => settingsOf(make) } })),
  ],
  ['a relay', make => startNestApp(MailRelayModule.forRoot({ settings: settingsOf(make) }))],
];

describe.each(WAYS)('Settings that cannot be read, given by %s,', (_, start) => {
  it.each([
    ['a proxy that throws at everything', () => refusing()],
    ['a revoked proxy', () => revoked()],
    ['getters that throw', () => throwing('Host', 'then', 'FromAddress')],
  ])('end in an error of settings that shows nothing of them: %s', async (__, make) => {
    const error = await rejection(start(make));
    expect(error).toBeInstanceOf(MailSettingsError);
    expect(inspect(error)).not.toContain('Secret-0123456789');
  });
});
