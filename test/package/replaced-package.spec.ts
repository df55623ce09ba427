import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MailSink } from '../support/mail-sink.js';
import { runNode } from '../support/run-script.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

/** An application whose package is moved away before its first mail, and comes back. */
const SCRIPT = `
import 'reflect-metadata';
import { renameSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
const { MailModule, MailService, MailDeliveryError } = await import('./dist/index.js');
const settings = { Host: '127.0.0.1', Port: Number(process.argv[2]), FromAddress: 'a@contoso.com' };
const app = await NestFactory.createApplicationContext(
  { module: class {}, imports: [MailModule.forRoot(settings)] },
  { logger: false },
);
const send = () => app.get(MailService).send({ to: 'b@contoso.com', subject: 's', text: 't' });
renameSync('dist', 'away');
const error = await send().catch(thrown => thrown);
renameSync('away', 'dist');
const { code, retryable, message } = error;
const { status } = await send();
console.log(JSON.stringify({ ours: error instanceof MailDeliveryError, code, retryable, message, status }));
await app.close();
`;

describe('A package that is replaced under a process that has sent nothing yet', () => {
  let folder: TemporaryDirectory;
  let sink: MailSink;
  beforeEach(async () => {
    folder = temporaryDirectory();
    sink = await MailSink.start();
  });
  afterEach(async () => {
    await sink.close();
    folder.remove();
  });

  it('costs the first mail with an error that says so, and no further one once it is there again', async () => {
    for (const name of ['dist', 'package.json']) cpSync(name, join(folder.path, name), { recursive: true });
    symlinkSync(join(process.cwd(), 'node_modules'), join(folder.path, 'node_modules'));
    folder.write('app.mjs', SCRIPT);
    const { stdout, stderr } = await runNode(['app.mjs', String(sink.port)], { cwd: folder.path });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      ours: true,
      code: 'EMAILCONNECT',
      retryable: true,
      message: expect.stringMatching(/could not be loaded; nothing was sent\. .*start it again/),
      status: 'accepted',
    });
    expect(sink.messages).toHaveLength(1);
  });
});
