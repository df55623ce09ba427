/**
 * The first mails of a fresh process: `cold-process.mjs <module of a contestant> <its options as JSON> <mails> <in flight>`.
 * Loads the contestant, starts it, sends one mail and then the others, and prints the milliseconds from the start of the
 * process to the end of the first mail, the milliseconds of the others, and the CPU time of the process, in microseconds:
 * from its start to the end of the first mail, and behind it up to so many mails.
 */
import { pathToFileURL } from 'node:url';

const [, , file, options, mails, inFlight] = process.argv;
const count = Number(mails);
/** Up to how many mails the CPU time is told. */
const MARKS = [100, 1000, count].filter(mark => mark > 0 && mark <= count);

const { open } = await import(pathToFileURL(file).href);
const contestant = await open(JSON.parse(options));
await contestant.run(1);
const firstMs = performance.now();
const firstCpuUs = cpuUs();
/** @type {Record<string, number>} */
const marks = {};
let done = 0;
const begin = performance.now();
await contestant.run(count, {
  inFlight: Number(inFlight),
  onDone() {
    done++;
    if (MARKS.includes(done)) marks[done] = (cpuUs() - firstCpuUs) / done;
  },
});
const restMs = performance.now() - begin;
process.send({ firstMs, firstCpuUs, restMs, marks });
await contestant.close();
process.exit();

function cpuUs() {
  const { user, system } = process.cpuUsage();
  return user + system;
}
