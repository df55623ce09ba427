// A worker of a queue in a process of its own. Its argument, in JSON: the folder of the compiled sources, the options, and the
// times of the worker that are no options. It says a line when it has started, and logs to its standard error. A line of its input
// sets its clock by so many milliseconds; it ends with its input.
import 'reflect-metadata';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

const { lib, options, tuning } = JSON.parse(process.argv[2]);
const { QUEUE_WORKER_TUNING } = await import(join(lib, 'queue/worker/queue-worker-tuning.js'));
const { MailQueueWorkerModule } = await import(join(lib, 'queue/mail-queue-worker.module.js'));
Object.assign(QUEUE_WORKER_TUNING, tuning);

const write = (...words) => void process.stderr.write(`${words.join(' ')}\n`);
const logger = { log: write, warn: write, error: write, fatal: write };

class Root {}
Module({ imports: [MailQueueWorkerModule.forRoot(options)] })(Root);
const app = await NestFactory.createApplicationContext(Root, { logger, abortOnError: false });
process.stdout.write('started\n');

const system = Date;
let shift = 0;
globalThis.Date = class extends Date {
  constructor(...args) {
    super(...(args.length === 0 ? [system.now() + shift] : args));
  }
  static now() {
    return system.now() + shift;
  }
};
createInterface({ input: process.stdin })
  .on('line', line => (shift += Number(line)))
  .once('close', () => void app.close());
