import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MailRelayModule } from '../../lib/relay/mail-relay.module.js';
import { rejection } from '../support/rejection.js';
import { RelayApp } from '../support/relay-app.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

let folder: TemporaryDirectory;
beforeEach(() => {
  folder = temporaryDirectory();
});
afterEach(() => folder.remove());

describe('A relay does not start', () => {
  it('with wrong settings: every problem is told at once, the folder’s included', async () => {
    const missing = join(folder.path, 'missing');
    const error = await rejection(
      RelayApp.start({ settings: { Port: '99999', Username: 'a', PickupDirectory: missing } }),
    );
    expect(error).toMatchObject({
      code: 'EMAILSETTINGS',
      problems: [
        { key: 'Port', message: expect.stringContaining('65535') },
        { key: 'Username', message: expect.stringContaining('Password') },
        { key: 'Host', message: expect.stringContaining('is missing') },
        { key: 'PickupDirectory', message: expect.stringContaining('does not exist') },
      ],
    });
  });

  it('without a folder', async () => {
    expect(await rejection(RelayApp.start({ settings: { Host: 'smtp.contoso.com' } }))).toMatchObject({
      problems: [{ key: 'PickupDirectory', message: 'is missing; set the folder that the relay empties' }],
    });
  });

  it('with a folder as Host: the relay needs a server', async () => {
    expect(
      await rejection(RelayApp.start({ settings: { Host: folder.path, PickupDirectory: folder.path } })),
    ).toMatchObject({ problems: [{ key: 'Host', message: expect.stringContaining('is a directory path') }] });
  });

  it('with a folder that is a file, named by the option', async () => {
    const file = folder.write('file', 'x');
    expect(
      await rejection(RelayApp.start({ directory: file, settings: { Host: 'smtp.contoso.com' } })),
    ).toMatchObject({ problems: [{ key: 'directory', message: `${file} is not a directory` }] });
  });

  it.each([
    [{ directory: '' }, 'PickupDirectory'],
    [{ badmailDirectory: ' ' }, 'badmailDirectory'],
    [{ badmailDirectory: 'SAME' }, 'badmailDirectory'],
    [{ badmailDirectory: '/does/not/exist/badmail' }, 'badmailDirectory'],
  ])('with the folders %j', async (options, key) => {
    const settings = { Host: 'smtp.contoso.com', PickupDirectory: folder.path };
    const folders = JSON.parse(JSON.stringify(options).replace('SAME', folder.path)) as object;
    expect(await rejection(RelayApp.start({ settings, ...folders }))).toMatchObject({
      code: 'EMAILSETTINGS',
      problems: [expect.objectContaining({ key: key === 'PickupDirectory' ? 'directory' : key })],
    });
  });

  it.each([
    [{ concurrency: 1.5 }, 'concurrency must be a whole number, not 1.5'],
    [{ concurrency: 0 }, 'concurrency must be a number from 1 to 1000, not 0'],
    [{ pollMs: Number.NaN }, 'pollMs must be a number'],
    [{ retry: { firstMs: -1 } }, 'retry.firstMs must be a number'],
    [{ unconfirmed: 1.5e9 }, 'unconfirmed must be a number from 1 to 1000'],
  ])('with the option %j', async (options, message) => {
    const settings = { Host: 'smtp.contoso.com', PickupDirectory: folder.path };
    expect(await rejection(RelayApp.start({ settings, ...options }))).toMatchObject({
      message: expect.stringContaining(message),
    });
  });

  it('without a factory in forRootAsync', () => {
    const options: Parameters<typeof MailRelayModule.forRootAsync>[0] = JSON.parse('{}');
    expect(() => MailRelayModule.forRootAsync(options)).toThrow('needs useFactory');
  });
});
