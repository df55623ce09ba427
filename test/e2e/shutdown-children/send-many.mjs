// node send-many.mjs '{"settings":…,"options":…,"count":50}': begins many sends, says "pending", and then what became of each.
// With "closing" it does not leave the signals to Nest: it closes the application itself, so often, and ends when nothing
// holds the process any more. With "raiseAfter" it gives itself SIGTERM when so many sends have resolved.
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { MailModule, MailService } from 'nest-mailroom';

const {
  settings,
  options = {},
  count,
  prefix = '',
  late = false,
  closing = 0,
  raiseAfter,
} = JSON.parse(process.argv[2] ?? '{}');
let resolved = 0;
const raiseWhenDue = () => resolved === raiseAfter && process.kill(process.pid, 'SIGTERM');
function tell(id, outcome) {
  console.log(JSON.stringify({ id, ...outcome }));
  if (outcome.status === undefined) return;
  resolved++;
  raiseWhenDue();
}

process.on('unhandledRejection', error => {
  console.error(`unhandled: ${error}`);
  process.exitCode = 9;
});

const root = { module: class Root {}, imports: [MailModule.forRoot(settings, options)] };
const app = await NestFactory.createApplicationContext(root, { logger: ['error'] });
if (closing > 0) process.once('SIGTERM', close);
else app.enableShutdownHooks();
const mail = app.get(MailService);

async function close() {
  const all = Array.from({ length: closing }, () => app.close());
  await Promise.all(all);
  // Once more, when all is over.
  await app.close();
}

function send(id) {
  const message = { to: 'ann@contoso.test', subject: id, text: id, messageId: `<${id}@contoso.test>` };
  return mail.send(message).then(
    ({ status }) => tell(id, { status }),
    ({ code, phase, retryable }) => tell(id, { code, phase, retryable }),
  );
}

for (let index = 0; index < count; index++) void send(`${prefix}mail-${index}`);
console.log('pending');
raiseWhenDue();
if (late) process.once('SIGTERM', () => setTimeout(() => send('late'), 20));
