/**
 * One start of a Nest application, in a process of its own: `boot-process.mjs <kind> <folder of templates, or module of
 * them> <partials>`.
 * Prints what the import took on top of Nest, wall and CPU time; what that and the start of the application context
 * took together; and the memory of the process.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { importBuilt, importFromRoot } from './root-packages.mjs';

const [, , kind, folder, partials] = process.argv;

/** How each kind brings Nest, imports what it adds, and makes modules of it. */
const KINDS = {
  empty: { nest: nestOfRoot, add: async () => [] },
  bare: {
    nest: nestOfRoot,
    async add() {
      await importFromRoot('nodemailer');
      await importFromRoot('handlebars');
      return () => [];
    },
  },
  usBuiltIn: ours(async () => ({})),
  usBundled: ours(async () => ({ sources: (await import(pathToFileURL(folder).href)).templates })),
  usDirectory: ours(async () => ({ directories: [folder] })),
  mailer: {
    async nest() {
      await import('reflect-metadata');
      await import('@nestjs/common');
      return import('@nestjs/core');
    },
    async add() {
      const { MailerModule } = await import('@nestjs-modules/mailer');
      const { HandlebarsAdapter } = await import('@nestjs-modules/mailer/adapters/handlebars.adapter');
      return () => [
        MailerModule.forRoot({
          transport: { host: '127.0.0.1', port: 9, pool: true },
          defaults: { from: 'no-reply@contoso.com' },
          template: { dir: folder, adapter: new HandlebarsAdapter(), options: { strict: true } },
          options: { partials: { dir: partials, options: { strict: true } } },
        }),
      ];
    },
  },
};

/** Ours, with templates that the import brings, as it would those of an application. */
function ours(templatesOf) {
  return {
    nest: nestOfRoot,
    async add() {
      const { MailModule } = await importBuilt('index.js');
      const templates = await templatesOf();
      return () => [
        MailModule.forRoot(
          { Host: '127.0.0.1', Port: 9, FromAddress: 'no-reply@contoso.com' },
          { templates },
        ),
      ];
    },
  };
}

const { NestFactory } = await KINDS[kind].nest();
const cpu = process.cpuUsage();
const begin = performance.now();
const modules = await KINDS[kind].add();
const importMs = performance.now() - begin;
const importCpuUs = cpuSince(cpu);
const imports = typeof modules === 'function' ? modules() : modules;
await NestFactory.createApplicationContext({ module: class App {}, imports }, { logger: false });
const startMs = performance.now() - begin;
const cpuUs = cpuSince(cpu);
// What the start has put off until the next turns belongs to it as well, but for the time it takes.
await sleep(20);
console.log(JSON.stringify({ importMs, importCpuUs, startMs, cpuUs, rss: process.memoryUsage.rss() }));
process.exit();

function cpuSince(before) {
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

async function nestOfRoot() {
  await importFromRoot('reflect-metadata');
  await importFromRoot('@nestjs/common');
  return importFromRoot('@nestjs/core');
}
