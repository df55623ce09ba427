import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { burst } from '../burst.mjs';
import { contextOf, FROM, recipientsOf } from '../mail/reset-mail.mjs';
import { TEMPLATE } from '../mail/template-folders.mjs';
import { importBuilt, importFromRoot } from '../root-packages.mjs';
import { openOurApp } from './our-app.mjs';

const AT_A_TIME = 50;

/**
 * `nest-mailroom/relay`: empties a folder that holds so many mails when the application starts.
 *
 * @param {import('../smtp-load.mjs').SmtpLoad & { directory: string, unconfirmed?: number }} load what is sent where
 */
export async function open({ port, folders, directory, unconfirmed }) {
  const { NestFactory } = await importFromRoot('@nestjs/core');
  const { MailRelayModule } = await importBuilt('relay/index.js');
  const sample = await composed(join(directory, 'sample'), folders);
  const pickup = join(directory, 'pickup');
  return {
    async run(count) {
      await mkdir(pickup, { recursive: true });
      await burst(count, () => writeMail(pickup, sample), AT_A_TIME);
      let left = count;
      const { promise: drained, resolve, reject } = withResolvers();
      const onEvent = event => {
        if (event.type === 'sent') {
          if (--left === 0) resolve();
        } else if (event.type !== 'resumed') reject(new Error(`${event.type}: ${event.reason}`));
      };
      const cpu = process.cpuUsage();
      const begin = performance.now();
      const app = await NestFactory.createApplicationContext(
        {
          module: class Relay {},
          imports: [
            MailRelayModule.forRoot({
              settings: { Host: '127.0.0.1', Port: port, PickupDirectory: pickup, MaxConnections: 5 },
              onEvent,
              ...(unconfirmed && { unconfirmed }),
            }),
          ],
        },
        { logger: false },
      );
      await drained;
      const ms = performance.now() - begin;
      const { user, system } = process.cpuUsage(cpu);
      await app.close();
      const names = await readdir(pickup);
      if (names.some(name => name.endsWith('.eml'))) throw new Error('the relay has left mails behind');
      await rm(pickup, { recursive: true });
      return { ms, cpuUs: user + system };
    },
    async close() {},
  };
}

/** One mail as our pickup delivery writes it. */
async function composed(directory, folders) {
  await mkdir(directory);
  const { app, mail } = await openOurApp(
    { UseSpecifiedPickupDirectory: true, PickupDirectory: directory, FromAddress: FROM },
    { templates: { directories: [folders.ours] } },
  );
  const { file } = await mail.send({ to: recipientsOf(1, 1), template: TEMPLATE, context: contextOf(1) });
  await app.close();
  const bytes = await readFile(file);
  await rm(directory, { recursive: true });
  return bytes;
}

/** Whole seconds, in the past: the sign of a file that its writer has finished. */
async function writeMail(directory, bytes) {
  const file = join(directory, `${randomUUID()}.eml`);
  await writeFile(file, bytes);
  const then = Math.floor(Date.now() / 1000) - 1;
  await utimes(file, then, then);
}

function withResolvers() {
  const parts = {};
  parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return parts;
}
