import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MailModule, MailService } from 'nest-mailroom';
import 'reflect-metadata';
import { useMailBench } from '../support/mail-bench.js';
import { RecordingLogger } from '../support/recording-logger.js';

const bench = useMailBench();

/** Copies `@nestjs/core` into a folder, as a package manager does where two versions are asked for; the rest is shared. */
function secondCore(folder: string): string {
  const first = dirname(fileURLToPath(import.meta.resolve('@nestjs/core/package.json')));
  const installed = join(first, '../..');
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, '@nestjs'), { recursive: true });
  for (const name of readdirSync(installed))
    if (!name.startsWith('.') && name !== '@nestjs')
      symlinkSync(realpathSync(join(installed, name)), join(modules, name));
  for (const name of readdirSync(join(installed, '@nestjs')))
    if (name !== 'core') symlinkSync(join(installed, '@nestjs', name), join(modules, '@nestjs', name));
  cpSync(first, join(modules, '@nestjs/core'), { recursive: true });
  return join(modules, '@nestjs/core/index.js');
}

it('An application that runs on another copy of @nestjs/core starts and sends', async () => {
  const sink = await bench.sink();
  const core = secondCore(bench.folder().path);
  const { NestFactory: Other } = (await import(pathToFileURL(core).href)) as {
    NestFactory: typeof NestFactory;
  };
  expect(Other).not.toBe(NestFactory);
  class Root {}
  const settings = { Host: '127.0.0.1', Port: sink.port, FromAddress: 'a@example.com' };
  Module({ imports: [MailModule.forRoot(settings)] })(Root);
  const logger = new RecordingLogger();
  const app = await Other.createApplicationContext(Root, { logger, abortOnError: false });
  bench.closing(app);
  await app.get(MailService).send({ to: 'ann@example.com', subject: 's', text: 'x' });
  expect(sink.messages).toHaveLength(1);
  // It is not told of its log, which @nestjs/common keeps: of that there is one copy.
  expect(logger.warnings).toEqual([
    expect.stringMatching(
      /^The application runs on @nestjs\/core \S+ \(.*\), and nest-mailroom imports @nestjs\/core \S+ \(.*\):.* Mails are sent; MailHealthIndicator/,
    ),
  ]);
  expect(logger.warnings[0]).toContain(dirname(core));
});

it('An application that runs on a Nest that is too old is told so', async () => {
  const core = secondCore(bench.folder().path);
  const manifest = join(dirname(core), 'package.json');
  const installed = JSON.parse(readFileSync(manifest, 'utf8')) as object;
  writeFileSync(manifest, JSON.stringify({ ...installed, version: '11.0.9' }));
  const { NestFactory: Other } = (await import(pathToFileURL(core).href)) as {
    NestFactory: typeof NestFactory;
  };
  class Root {}
  Module({ imports: [MailModule.forRoot({ Host: '127.0.0.1', Port: 1, FromAddress: 'a@example.com' })] })(
    Root,
  );
  const logger = new RecordingLogger();
  bench.closing(await Other.createApplicationContext(Root, { logger, abortOnError: false }));
  expect(logger.warnings[0]).toContain(
    `is made for Nest 11.1 and later, and the application runs on @nestjs/core 11.0.9 (${dirname(core)})`,
  );
});
