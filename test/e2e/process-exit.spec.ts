import { describe, expect, it } from '@jest/globals';
import { MailSink } from '../support/mail-sink.js';
import { runNode } from '../support/run-script.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

function script(settings: object, end = 'await app.close();'): string {
  return `
    import 'reflect-metadata';
    import { NestFactory } from '@nestjs/core';
    import { MailModule, MailService } from 'nest-mailroom';
    const root = { module: class Root {}, imports: [MailModule.forRoot(${JSON.stringify(settings)})] };
    const app = await NestFactory.createApplicationContext(root, { logger: ['warn', 'error'] });
    const receipt = await app.get(MailService).sendNotification({ to: 'ann@contoso.com', title: 'Done', lines: ['All done.'] });
    console.log(receipt.status);
    ${end}
  `;
}

describe('A script that sends one mail and closes its application', () => {
  it('exits by itself after SMTP', async () => {
    const sink = await MailSink.start();
    const result = await runNode(
      [
        '--input-type=module',
        '-e',
        script({ Host: sink.host, Port: sink.port, FromAddress: 'a@contoso.com' }),
      ],
      { cwd: process.cwd(), timeoutMs: 15_000 },
    );
    expect(result).toMatchObject({ code: 0, stdout: 'accepted\n', stderr: '' });
    await sink.close();
  });

  it('exits by itself also when it forgets to close, because idle connections hold no process', async () => {
    const sink = await MailSink.start();
    const settings = { Host: sink.host, Port: sink.port, FromAddress: 'a@contoso.com' };
    const result = await runNode(['--input-type=module', '-e', script(settings, '')], {
      cwd: process.cwd(),
      timeoutMs: 15_000,
    });
    expect(result).toMatchObject({ code: 0, stdout: 'accepted\n' });
    await sink.close();
  });

  it('exits by itself after writing into a pickup directory', async () => {
    const folder = temporaryDirectory();
    const settings = {
      UseSpecifiedPickupDirectory: true,
      PickupDirectory: folder.path,
      FromAddress: 'a@contoso.com',
    };
    const result = await runNode(['--input-type=module', '-e', script(settings)], {
      cwd: process.cwd(),
      timeoutMs: 15_000,
    });
    expect(result).toMatchObject({ code: 0, stdout: 'written\n', stderr: '' });
    folder.remove();
  });
});

describe('A script whose renderer never answers', () => {
  const hanging = (end: string): string => `
    import 'reflect-metadata';
    import { NestFactory } from '@nestjs/core';
    import { MailModule, MailService, TemplateRenderer } from 'nest-mailroom';
    class Hanging extends TemplateRenderer {
      render(name) { return name === 'asked' ? new Promise(() => {}) : undefined; }
      templateNames() { return new Promise(() => {}); }
    }
    const settings = { Host: '127.0.0.1', Port: 1, FromAddress: 'a@contoso.com' };
    const options = { renderer: Hanging, shutdownTimeoutMs: 50 };
    const root = { module: class Root {}, imports: [MailModule.forRoot(settings, options)] };
    const app = await NestFactory.createApplicationContext(root, { logger: false });
    const told = name => app.get(MailService).render(name, {}).then(() => {}, error => console.log(error.code));
    ${end}
  `;
  const run = (end: string) => runNode(['--input-type=module', '-e', hanging(end)], { timeoutMs: 30_000 });

  it('gets its error, and does not end without a word', async () => {
    const result = await run("await told('nowhere'); await app.close();");
    expect(result).toMatchObject({ code: 0, stdout: 'EMAILTEMPLATENOTFOUND\n', stderr: '' });
  });

  it('is not held by it once its application is closed', async () => {
    const result = await run("void told('asked'); await app.close();");
    expect(result).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });
});
