import { describe, expect, it } from '@jest/globals';
import { MailSettingsError } from '../../../lib/core/errors/mail-settings-error.js';
import { resolveWorkerOptions } from '../../../lib/queue/options/read-worker-options.js';
import { rejection } from '../../support/rejection.js';

const connection = 'redis://localhost';
const settings = { Host: 'smtp.contoso.com', SecureSocketOption: 'StartTls', MaxConnections: 7 };

async function problemsOf(options: unknown): Promise<readonly string[]> {
  const error = await rejection(resolveWorkerOptions(options));
  if (!(error instanceof MailSettingsError)) throw error;
  return error.problems.map(({ key, message }) => `${key} ${message}`);
}

describe('The options of a worker', () => {
  it('have the documented defaults, and need no sender: mails in the queue have one', async () => {
    const {
      checked,
      keys: _keys,
      connection: _connection,
      warnings: _warnings,
      ...rest
    } = await resolveWorkerOptions({
      connection,
      settings,
    });
    expect(checked.settings.host).toBe('smtp.contoso.com');
    expect(checked.fallback).toBeUndefined();
    expect(rest).toEqual({
      prefix: 'bull',
      name: 'mail',
      keepCompleted: { seconds: 86_400, count: 10_000 },
      keepFailed: { seconds: 1_209_600 },
      claimCheck: { above: 131_072 },
      timeoutMs: 5000,
      concurrency: 7,
      retry: { attempts: Infinity, firstMs: 60_000, maxMs: 3_600_000, giveUpAfterMs: 172_800_000 },
      unconfirmed: 1,
      shutdownTimeoutMs: 10_000,
    });
  });

  it('are taken as they are given', async () => {
    const read = await resolveWorkerOptions({
      connection,
      settings,
      smtp: { name: 'worker.contoso.com' },
      fallback: { Host: 'backup.contoso.com', SecureSocketOption: 'StartTls' },
      concurrency: 50,
      retry: { attempts: 3, firstMs: 1000 },
      unconfirmed: 5,
      shutdownTimeoutMs: 0,
    });
    expect(read).toMatchObject({
      smtp: { name: 'worker.contoso.com' },
      checked: { fallback: { host: 'backup.contoso.com' } },
      concurrency: 50,
      retry: { attempts: 3, firstMs: 1000, maxMs: 3_600_000, giveUpAfterMs: 172_800_000 },
      unconfirmed: 5,
      shutdownTimeoutMs: 0,
    });
  });

  it('are told with every problem at once, of settings, fallback, SMTP and queue', async () => {
    expect(
      await problemsOf({
        connection: 'localhost',
        settings: { Host: 'smtp.contoso.com', Port: 99_999 },
        fallback: { Host: 'backup.contoso.com', MaxConnections: 0 },
        smtp: { proxy: 'x' },
        concurrency: 0,
        retry: { attempts: 0, firstMs: 60_000, maxMs: 1000 },
        unconfirmed: 1001,
        shutdownTimeoutMs: -1,
        concurency: 5,
      }),
    ).toEqual(
      [
        /^Port must be a whole number/,
        /^fallback\.MaxConnections must be a whole number/,
        /^connection must begin with redis:\/\//,
        /^smtp\.proxy /,
        /^concurrency must be a whole number from 1 to 1000, but is 0$/,
        /^retry\.attempts must be a whole number of 1 or more, but is 0$/,
        /^retry\.maxMs is the longest wait, and firstMs is longer \(60000 ms\)$/,
        /^unconfirmed must be a whole number from 1 to 1000, but is 1001$/,
        /^shutdownTimeoutMs must be a number from 0 to/,
        /^concurency is not known; did you mean concurrency\?$/,
      ].map(words => expect.stringMatching(words)),
    );
  });

  it('name the server that is missing', async () => {
    expect((await problemsOf({ connection })).join()).toMatch(/Host/);
    expect((await problemsOf({ connection, settings: {} })).join()).toMatch(/Host/);
  });

  it.each([[undefined], [null], ['x']])('are an object, and not %j', async options => {
    expect((await problemsOf(options)).join()).toMatch(/options must be an object/);
  });
});
