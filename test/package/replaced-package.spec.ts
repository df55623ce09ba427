import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MailSink } from '../support/mail-sink.js';
import { runNode } from '../support/run-script.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

/** An application whose package is moved away behind the mails that it has sent, and comes back. */
const SCRIPT = `
import 'reflect-metadata';
import { renameSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
const { MailHook, MailModule, MailService, MailVeto, MailDeliveryError } = await import('./dist/index.js');
const [port, before, mail] = process.argv.slice(2).map(word => JSON.parse(word));
const settings = { Host: '127.0.0.1', Port: port, FromAddress: 'a@contoso.com' };
const own = {
  async render(template) {
    return template === 'own' ? { subject: 's', html: '<p>h</p>' } : null;
  },
};
// What is vetoed is read, and goes no further.
class Vetoes extends MailHook {
  beforeSend({ subject }) {
    return subject === 'vetoed' ? new MailVeto('no') : undefined;
  }
}
const app = await NestFactory.createApplicationContext(
  { module: class {}, imports: [MailModule.forRoot(settings, { hooks: [Vetoes], renderer: own })] },
  { logger: false },
);
const send = one => app.get(MailService).send({ to: 'b@contoso.com', ...one });
for (const one of before) await send(one);
renameSync('dist', 'away');
const error = await send(mail).catch(thrown => thrown);
renameSync('away', 'dist');
const { code, retryable, message } = error;
const { status } = await send(mail);
console.log(JSON.stringify({ ours: error instanceof MailDeliveryError, code, retryable, message, status }));
await app.close();
`;
const TEXT = { subject: 's', text: 't' };
const changed = (culture: string): object => ({
  template: 'password-changed',
  culture,
  context: { displayName: 'Ann', changedAt: '2026-12-01T10:00:00Z' },
});

describe('A package that is replaced under a process', () => {
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

  it.each([
    { what: 'the first mail', before: [], mail: TEXT },
    { what: 'the first connection', before: [{ ...TEXT, subject: 'vetoed' }], mail: TEXT },
    { what: 'the first mail of a template', before: [TEXT], mail: changed('en') },
    { what: 'the first mail in a language', before: [changed('en'), changed('de')], mail: changed('fr') },
    {
      what: 'the first mail without a text part',
      before: [TEXT],
      mail: { subject: 's', html: '<p>h</p>' },
    },
    {
      what: 'the first mail of a renderer without a text part',
      before: [TEXT, changed('en')],
      mail: { template: 'own', context: {} },
    },
  ])('costs $what with an error that says so, and no further one once it is there again', async row => {
    const { before, mail } = row;
    for (const name of ['dist', 'package.json']) cpSync(name, join(folder.path, name), { recursive: true });
    symlinkSync(join(process.cwd(), 'node_modules'), join(folder.path, 'node_modules'));
    folder.write('app.mjs', SCRIPT);
    const given = [sink.port, before, mail].map(value => JSON.stringify(value));
    const { stdout, stderr } = await runNode(['app.mjs', ...given], { cwd: folder.path });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      ours: true,
      code: 'EMAILCONNECT',
      retryable: true,
      message: expect.stringMatching(/could not be loaded; nothing was sent\. .*start it again/),
      status: 'accepted',
    });
  });
});
