import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { MailSinkOptions } from '../support/mail-sink.js';
import { MailSink } from '../support/mail-sink.js';
import { iisMail, publish } from '../support/relay-app.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { writeSettings } from './checking.js';

const MAIN = join(process.cwd(), 'dist', 'cli', 'main.js');

let folder: TemporaryDirectory;
let sink: MailSink;
beforeEach(() => {
  folder = temporaryDirectory();
});
afterEach(async () => {
  await sink.close();
  folder.remove();
});

async function settings(options: MailSinkOptions, more: object = {}): Promise<void> {
  sink = await MailSink.start(options);
  const { host, port } = sink;
  writeSettings(folder, { FromAddress: 'no-reply@contoso.com', Host: host, Port: port, ...more });
}

/** Runs a command whose reader goes after the first piece of output, as `head -1` does. */
async function headOf(
  args: readonly string[],
  afterwards = (): void => {},
): Promise<{ code: unknown; stderr: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder.path,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  const stderr = text(child.stderr);
  await once(child.stdout, 'data');
  child.stdout.destroy();
  afterwards();
  const [code] = (await ended) as [unknown];
  return { code, stderr: await stderr };
}

const REFUSING: MailSinkOptions = { rejectSender: () => ({ code: 550, message: '5.7.1 no' }) };

describe('A command whose reader goes after the first line', () => {
  it.each([
    ['mails can leave', {}, 0],
    ['the server refuses the sender', REFUSING, 1],
  ])('check still ends with what it has found out: %s', async (_, options, code) => {
    await settings(options);
    expect(await headOf(['check'])).toEqual({ code, stderr: '' });
  });

  it('send-test still sends its mail', async () => {
    await settings({});
    expect(await headOf(['send-test', '--to', 'ann@contoso.com'])).toEqual({ code: 0, stderr: '' });
    expect(sink.messages).toHaveLength(1);
  });

  it('relay --once still does its work', async () => {
    await settings({}, { PickupDirectory: 'pickup' });
    folder.write('pickup/.keep', '');
    publish(join(folder.path, 'pickup'), 'a.eml', iisMail('a'));
    expect(await headOf(['relay', '--once', '--poll', '1'])).toEqual({ code: 0, stderr: '' });
    expect(sink.messages).toHaveLength(1);
  });

  it('relay ends in order', async () => {
    await settings({}, { PickupDirectory: 'pickup' });
    folder.write('pickup/.keep', '');
    const publishOne = (): void => publish(join(folder.path, 'pickup'), 'a.eml', iisMail('a'));
    expect(await headOf(['relay', '--poll', '1'], publishOne)).toEqual({ code: 0, stderr: '' });
    expect(sink.messages).toHaveLength(1);
    expect(readdirSync(join(folder.path, 'pickup')).filter(name => name.endsWith('.eml'))).toEqual([]);
  });
});
