import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import type { MailReceipt } from 'nest-mailroom';
import type { RelayEvent } from 'nest-mailroom/relay';
import { createRelay } from '../../sample-app/relay/create-relay.js';
import { runNode } from '../support/run-script.js';
import { RunningSample } from './running-sample.js';

/** For machines with much else to do. */
const PATIENCE_MS = 20_000;
const ROOT = join(import.meta.dirname, '..', '..');

describe('the Relay of the sample', () => {
  let sample: RunningSample;
  let settings: NodeJS.ProcessEnv;
  let relay: INestApplicationContext | undefined;

  beforeEach(async () => {
    sample = await RunningSample.start();
    settings = {
      MailSettings__Host: sample.sink.host,
      MailSettings__Port: String(sample.sink.port),
      MailSettings__PickupDirectory: sample.folder.path,
    };
  });

  afterEach(async () => {
    await relay?.close();
    relay = undefined;
    await sample.close();
  });

  /** The one mail that came must be the one of this receipt, without what only the folder needed. */
  async function expectArrival({ messageId, envelope }: MailReceipt): Promise<void> {
    const [mail] = await sample.sink.waitForMessages(1, PATIENCE_MS);
    expect(mail?.envelope).toEqual(envelope);
    const content = await mail?.parse();
    expect(content?.messageId).toBe(messageId);
    expect(content?.headers.has('x-sender')).toBe(false);
    expect(content?.headers.has('x-receiver')).toBe(false);
    expect(content?.text).toContain('Hello Ann Miller,');
  }

  it('hands the file that the Agent wrote to the SMTP server and tells of it', async () => {
    const receipt = await sample.requestReset('ann');
    const events: RelayEvent[] = [];

    relay = await createRelay(settings, event => events.push(event), ['fatal']);
    await expectArrival(receipt);
    await relay.close();

    expect(events).toEqual([
      {
        type: 'sent',
        file: basename(receipt.file ?? 'none'),
        messageId: receipt.messageId,
        recipients: 1,
      },
    ]);
    expect(readdirSync(sample.folder.path)).toEqual([]);
  });

  it('takes what the Agent writes while it runs', async () => {
    relay = await createRelay(settings, undefined, ['fatal']);
    await expectArrival(await sample.requestReset('ann'));
    await relay.close();
    expect(readdirSync(sample.folder.path)).toEqual([]);
  });

  it('does not start without a folder that exists, and says every problem', async () => {
    const wrong = {
      ...settings,
      MailSettings__Port: 'twenty-five',
      MailSettings__PickupDirectory: join(sample.folder.path, 'none'),
    };
    await expect(createRelay(wrong, undefined, ['fatal'])).rejects.toThrow(/Port[^]*PickupDirectory/);
  });

  it('can be replaced by the command line with the same settings file', async () => {
    const receipt = await sample.requestReset('ann');
    const { code, stdout } = await runNode(
      [
        join(ROOT, 'dist', 'cli', 'main.js'),
        'relay',
        '--settings',
        join(ROOT, 'sample-app', 'relay', 'appsettings.json'),
        '--once',
      ],
      { env: settings },
    );
    expect(code).toBe(0);
    expect(stdout).toContain('"event":"ended","sent":1,"rejected":0,"deferred":0,"remaining":0');
    await expectArrival(receipt);
    expect(readdirSync(sample.folder.path)).toEqual([]);
  });
});
