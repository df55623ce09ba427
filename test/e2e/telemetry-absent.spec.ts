import { expect, it } from '@jest/globals';
import { MailSink } from '../support/mail-sink.js';
import { runNode } from '../support/run-script.js';

/** A loader for which OpenTelemetry is not installed. */
const REFUSING_LOADER = `
  import { register } from 'node:module';
  register('data:text/javascript,' + encodeURIComponent(
    'export async function resolve(name, context, next) { if (name.startsWith("@opentelemetry")) throw new Error("asked for " + name); return next(name, context); }'
  ));`;

/** Sends a mail in a process of its own. */
function script(sink: MailSink, { first = '', before = '' } = {}): string {
  return `
    import 'reflect-metadata';
    ${first}
    import { NestFactory } from '@nestjs/core';
    import { MailModule, MailService } from 'nest-mailroom';
    ${before}
    const root = { module: class Root {}, imports: [MailModule.forRoot(${JSON.stringify({ Host: sink.host, Port: sink.port, FromAddress: 'a@contoso.com' })})] };
    const app = await NestFactory.createApplicationContext(root, { logger: ['warn', 'error'] });
    const receipt = await app.get(MailService).send({ to: 'ann@contoso.com', subject: 's', text: 'x' });
    await app.close();
    console.log(receipt.status);
  `;
}

it.each([
  ['without an SDK', ''],
  ['with something else under the symbol', `globalThis[Symbol.for('opentelemetry.js.api.1')] = {};`],
])('A mail leaves %s as always', async (_, before) => {
  const sink = await MailSink.start();
  const source = script(sink, { before });
  const result = await runNode(['--input-type=module', '-e', source], {
    cwd: process.cwd(),
    timeoutMs: 15_000,
  });
  expect(result).toMatchObject({ code: 0, stdout: 'accepted\n', stderr: '' });
  await sink.close();
});

it('Without an SDK the API of OpenTelemetry is not even loaded', async () => {
  const sink = await MailSink.start();
  // A process that asked for it would end with an error.
  const source = script(sink, { first: REFUSING_LOADER });
  const result = await runNode(['--input-type=module', '-e', source], {
    cwd: process.cwd(),
    timeoutMs: 15_000,
  });
  expect(result).toMatchObject({ code: 0, stdout: 'accepted\n', stderr: '' });
  await sink.close();
});

it('An SDK without an API that can be reached is told of once, and the mail leaves', async () => {
  const sink = await MailSink.start();
  const source = script(sink, {
    first: REFUSING_LOADER,
    before: `globalThis[Symbol.for('opentelemetry.js.api.1')] = { version: '1.9.0' };`,
  });
  const result = await runNode(['--input-type=module', '-e', source], {
    cwd: process.cwd(),
    timeoutMs: 15_000,
  });
  expect(result).toMatchObject({ code: 0, stdout: expect.stringContaining('accepted\n') });
  expect(`${result.stdout}${result.stderr}`).toContain('npm install @opentelemetry/api');
  await sink.close();
});
