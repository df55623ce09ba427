/**
 * Tenants of one application, in a process of its own: `tenants-process.mjs <port> <folder> <number>`. Prints the memory with
 * one of them and with all, each of which has sent a mail of a template of its own.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importBuilt, importFromRoot } from './root-packages.mjs';

const [, , port, folder, number] = process.argv;

await importFromRoot('reflect-metadata');
const { NestFactory } = await importFromRoot('@nestjs/core');
const { MailerRegistry, MailModule } = await importBuilt('index.js');
const imports = [MailModule.registry({ maxOpen: Number(number) })];
const app = await NestFactory.createApplicationContext({ module: class App {}, imports }, { logger: false });
const registry = app.get(MailerRegistry);

await send(0);
const one = memory();
for (let index = 1; index < Number(number); index++) await send(index);
const all = memory();
await app.close();
console.log(JSON.stringify({ one, all }));

async function send(index) {
  const mail = await registry.open(
    `tenant ${index}`,
    { Host: '127.0.0.1', Port: Number(port), FromAddress: `no-reply@tenant-${index}.example.com` },
    { templates: { directories: [templatesOf(index)] }, brand: { applicationName: `Tenant ${index}` } },
  );
  await mail.send({ to: 'ann@example.com', template: 'welcome', context: { name: 'Ann' } });
}

/** Three templates with a layout of their own. */
function templatesOf(index) {
  const own = join(folder, String(index));
  write(
    own,
    'layouts/page.html.hbs',
    `<html><body><h1>Tenant ${index}</h1>{{> @partial-block}}</body></html>`,
  );
  for (const name of ['welcome', 'invoice', 'farewell']) {
    write(own, `${name}/subject.hbs`, `${name} {{name}}`);
    write(
      own,
      `${name}/html.hbs`,
      `{{#> layouts/page}}<p>${name} {{name}}, from tenant ${index}</p>{{/layouts/page}}`,
    );
  }
  return own;
}

function write(directory, name, content) {
  const file = join(directory, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, content);
}

function memory() {
  globalThis.gc();
  const { rss, heapUsed } = process.memoryUsage();
  return { rss, heap: heapUsed };
}
