import { importFromRoot } from '../root-packages.mjs';

/** A Nest application that sends nothing: what every application with Nest takes before its first mail. */
export async function open() {
  await importFromRoot('reflect-metadata');
  await importFromRoot('@nestjs/common');
  const { NestFactory } = await importFromRoot('@nestjs/core');
  const app = await NestFactory.createApplicationContext({ module: class App {} }, { logger: false });
  return { async run() {}, close: () => app.close() };
}
