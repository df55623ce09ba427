import { expect, it } from '@jest/globals';
import { runNode } from '../support/run-script.js';

it('A delivery whose close never answers ends no process in the middle of its shutdown', async () => {
  const script = `
    import 'reflect-metadata';
    import { NestFactory } from '@nestjs/core';
    import { MailDelivery, MailModule, MailService } from 'nest-mailroom';
    class Silent extends MailDelivery {
      name = 'silent';
      deliver() { return new Promise(() => {}); }
      async verify() {}
      close() { return new Promise(() => {}); }
    }
    const options = { shutdownTimeoutMs: 10, delivery: new Silent() };
    const root = { module: class Root {}, imports: [MailModule.forRoot({ FromAddress: 'a@contoso.test' }, options)] };
    const app = await NestFactory.createApplicationContext(root, { logger: ['error'] });
    app.enableShutdownHooks();
    app.get(MailService).send({ to: 'ann@contoso.test', subject: 's', text: 'x' })
      .then(() => console.log('sent'), ({ code }) => console.log(code));
    // From the signal on, nothing but the shutdown itself holds the process.
    const untilSignal = setTimeout(() => {}, 20_000);
    process.once('SIGTERM', () => clearTimeout(untilSignal));
    process.kill(process.pid, 'SIGTERM');
  `;
  const end = await runNode(['--input-type=module', '-e', script], { cwd: process.cwd(), timeoutMs: 30_000 });
  // The send is told of, and the signal that ended the process is the one that was sent.
  expect(end).toMatchObject({ stdout: 'EMAILCLOSED\n', stderr: '', signal: 'SIGTERM' });
});
