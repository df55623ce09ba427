import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const MAIN = join(process.cwd(), 'dist', 'cli', 'main.js');

describe('A command whose output nobody reads to the end, as in "| head"', () => {
  let folder: TemporaryDirectory;
  beforeAll(() => {
    folder = temporaryDirectory();
    for (let index = 0; index < 300; index++) {
      folder.write(`templates/t${index}/subject.hbs`, '{{title}}');
      folder.write(`templates/t${index}/html.hbs`, `<p>{{${'name'.repeat(60)}}}</p>`);
    }
    folder.write(
      'off.json',
      '{"MailSettings":{"Enabled":false,"Host":"localhost","FromAddress":"a@contoso.com"}}',
    );
    folder.write(
      'nobody-listens.json',
      '{"MailSettings":{"Host":"127.0.0.1","Port":1,"FromAddress":"a@contoso.com"}}',
    );
  });
  afterAll(() => folder.remove());

  it.each([
    ['types', ['types', 'templates'], 0],
    ['templates lint', ['templates', 'lint', 'templates'], 0],
    ['check', ['check', '--settings', 'off.json'], 0],
    ['help', ['--help'], 0],
  ])('ends as ever: %s', async (_name, args, expected) => {
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: folder.path,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
    expect({ code, stderr }).toEqual({ code: expected, stderr: '' });
  });

  it.each([
    ['help', ['--help']],
    ['check, which writes several times', ['check', '--settings', 'nobody-listens.json']],
  ])('fails, and says so once, when the disk is full and not when nobody reads: %s', async (_name, args) => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: folder.path,
      stdio: ['ignore', full, 'pipe'],
    });
    closeSync(full);
    const [stderr, [code]] = await Promise.all([
      text(child.stderr ?? Readable.from([])),
      once(child, 'close'),
    ]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/^The output cannot be written: ENOSPC[^\n]*\n$/),
    });
  });
});
