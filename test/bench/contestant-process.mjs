/**
 * The process of one contestant. It lives through all rounds, takes one command at a time, and measures itself.
 *
 * Command: `{ id, verb: 'open' | 'run' | 'close', … }`. Answer: `{ id, answer }` or `{ id, error }`.
 */
import { pathToFileURL } from 'node:url';
import { watchMemory } from './memory.mjs';

const { open } = await import(pathToFileURL(process.argv[2]).href);

/** @type {{ run(count: number, options: object): Promise<object | void>, close(): Promise<void> } | undefined} */
let contestant;

const verbs = {
  async open({ options }) {
    contestant = await open(options);
  },
  async run({ count, options }) {
    const cpu = process.cpuUsage();
    const begin = performance.now();
    const { memory, ...rest } = options ?? {};
    const work = () => contestant.run(count, rest);
    const extra = await (memory ? watchMemory(work) : work());
    const ms = performance.now() - begin;
    const { user, system } = process.cpuUsage(cpu);
    return { count, ms, cpuUs: user + system, ...extra };
  },
  async close() {
    await contestant?.close();
    contestant = undefined;
  },
};

// The terminal sends Ctrl-C to everybody; the parent decides.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit());
process.on('message', async command => {
  try {
    process.send({ id: command.id, answer: await verbs[command.verb](command) });
  } catch (error) {
    process.send({ id: command.id, error: error instanceof Error ? error.stack : String(error) });
  }
});
process.send({ id: 0, answer: 'ready' });
