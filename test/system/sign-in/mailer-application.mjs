// An application with one mailer, in a process of its own. The task is its argument, in JSON; then each line of its
// standard input is something to do, and each line of its standard output says what became of it. Ends with its input.
import 'reflect-metadata';
import { createInterface } from 'node:readline';
import { inspect } from 'node:util';
import { NestFactory } from '@nestjs/core';
import { MailModule, MailService } from 'nest-mailroom';

const { settings, options } = JSON.parse(process.argv.at(-1));

function say(outcome) {
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}

/** What an application can tell of an error, and everything that it shows to whoever prints it. */
function outcomeOf(error) {
  const { name, code, phase, retryable, responseCode, message, problems } = error;
  const shown = inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error);
  return { error: { name, code, phase, retryable, responseCode, message, problems, shown } };
}

async function tried(action) {
  try {
    return await action();
  } catch (error) {
    return outcomeOf(error);
  }
}

/** Everything that is logged goes to standard error. */
const logger = {
  log() {},
  debug() {},
  verbose() {},
  warn: message => console.error(`WARN ${message}`),
  error: message => console.error(`ERROR ${message}`),
  fatal: message => console.error(`FATAL ${message}`),
};

const root = { module: class Root {}, imports: [] };
const started = await tried(async () => {
  root.imports.push(MailModule.forRoot(settings, options));
  return { app: await NestFactory.createApplicationContext(root, { logger, abortOnError: false }) };
});
const { app, ...failure } = started;
say(app ? { status: 'started' } : failure);
if (app) {
  const mail = app.get(MailService);
  for await (const line of createInterface({ input: process.stdin })) {
    const { verify, messages = [] } = JSON.parse(line);
    const actions = verify ? [() => mail.verify()] : messages.map(message => () => mail.send(message));
    say(
      await Promise.all(
        actions.map(action =>
          tried(async () => {
            const receipt = await action();
            return { status: receipt?.status ?? 'verified' };
          }),
        ),
      ),
    );
  }
  await app.close();
}
