import { chmodSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { MailSink } from '../support/mail-sink.js';
import { runNode } from '../support/run-script.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

/** Asks for the health of one mailer in a process of its own, as an application with the installed package does. */
async function askInProcess(settings: object, { before = '', end = 'await app.close();' } = {}) {
  const script = `
    import 'reflect-metadata';
    import { NestFactory } from '@nestjs/core';
    import { HealthCheckService, TerminusModule } from '@nestjs/terminus';
    import { MailModule } from 'nest-mailroom';
    import { MailHealthIndicator } from 'nest-mailroom/health';
    const root = {
      module: class Root {},
      imports: [TerminusModule.forRoot({ logger: false }), MailModule.forRoot(${JSON.stringify(settings)})],
      providers: [MailHealthIndicator],
    };
    const app = await NestFactory.createApplicationContext(root, { logger: ['warn', 'error'] });
    ${before}
    const indicator = app.get(MailHealthIndicator);
    const health = await app.get(HealthCheckService).check([() => indicator.isHealthy()]).catch(error => error.getResponse());
    console.log(JSON.stringify(health.details));
    ${end}
  `;
  return runNode(['--input-type=module', '-e', script], { cwd: process.cwd(), timeoutMs: 15_000 });
}

describe('A process that asks for the health of its mailer', () => {
  it.each([
    ['after it has closed its application', 'await app.close();'],
    ['although it keeps a result', ''],
  ])('exits by itself %s', async (_, end) => {
    const sink = await MailSink.start();
    const result = await askInProcess(
      { Host: sink.host, Port: sink.port, FromAddress: 'a@contoso.com' },
      { end },
    );
    await sink.close();
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(result.stdout)).toEqual({ mail: { status: 'up', delivery: 'smtp' } });
  });

  it('is told that it may not write into the pickup directory', async () => {
    const folder = temporaryDirectory();
    const settings = {
      UseSpecifiedPickupDirectory: true,
      PickupDirectory: folder.path,
      FromAddress: 'a@contoso.com',
    };
    // Only now: the mailer has started while it could still write. The superuser may write everywhere.
    const before = `
      const { chmodSync } = await import('node:fs');
      chmodSync(${JSON.stringify(folder.path)}, 0o555);
      if (process.getuid() === 0) { process.setgroups([]); process.setgid(65534); process.setuid(65534); }
    `;
    const result = await askInProcess(settings, { before });
    chmodSync(folder.path, 0o755);
    folder.remove();
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(result.stdout)).toMatchObject({
      mail: {
        status: 'down',
        delivery: 'pickup',
        code: 'EMAILWRITE',
        message: expect.stringContaining('cannot be written by this process (EACCES)'),
      },
    });
  });
});
