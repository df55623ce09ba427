/** `npm run bench`: this package and its peers in one run, side by side. See the README beside this file. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { cleanUpAtExit } from './cleanup.mjs';
import { readFlags, UsageError } from './flags.mjs';
import { held } from './hold.mjs';
import { installPeers } from './install-peers.mjs';
import { tell } from './progress.mjs';
import { ROW_IDS } from './row-ids.mjs';
import { table } from './table.mjs';

process.exitCode = await main().catch(error => {
  if (error instanceof UsageError) {
    tell(error.message);
    return 2;
  }
  tell(error instanceof Error ? error.stack : String(error));
  return 1;
});
// Children and sinks would keep the process alive.
process.exit();

async function main() {
  const flags = readFlags(process.argv.slice(2), ROW_IDS);
  if (flags.help) {
    console.log(flags.help);
    return 0;
  }
  cleanUpAtExit();
  const began = new Date();
  await installPeers();
  // Only now: the rows import what has just been installed.
  const [{ Bench }, { ROWS }, { machine }] = await Promise.all([
    import('./bench.mjs'),
    import('./rows/index.mjs'),
    import('./machine.mjs'),
  ]);
  const facts = await machine();
  const bench = new Bench(flags);
  const rowSeconds = {};
  const run = async ids => {
    const brought = [];
    for (const row of ROWS.filter(({ id }) => ids.includes(id))) {
      const begin = performance.now();
      brought.push(...(await bench.run(row)));
      rowSeconds[row.id] = Math.round((performance.now() - begin) / 100) / 10;
      tell(`${row.id} took ${rowSeconds[row.id]} s`);
    }
    return brought;
  };
  const { groups, fallen } = flags.hold
    ? await held(flags.only, run, tell)
    : { groups: await run(flags.only), fallen: [] };

  const file = resolve(flags.json ?? join(import.meta.dirname, 'results', 'latest.json'));
  const seconds = Math.round((Date.now() - began.getTime()) / 1000);
  const { quick, rounds } = flags;
  const sink = bench.usesSink ? (await bench.sink()).name : undefined;
  const report = {
    date: began.toISOString(),
    seconds,
    rowSeconds,
    quick,
    rounds,
    sink,
    machine: facts,
    groups,
  };
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(report, undefined, 2)}\n`);
  console.log(
    [
      `nest-mailroom ${facts.commit}, ${began.toISOString().slice(0, 10)}, Node.js ${facts.node}, ${facts.cores} cores of ${facts.cpu}, ${facts.memoryGb} GB`,
      `medians of ${rounds} rounds in turns${quick ? '; --quick: short rounds, rough figures' : ''}. "us ×": how many times as good as this contestant we are`,
      '',
      table(groups),
      '',
    ].join('\n'),
  );
  tell(`${seconds} s; figures in ${file}`);
  const missed = groups.flatMap(({ reaches }) => reaches).filter(({ met }) => !met).length;
  for (const words of fallen) tell(`FALLEN BELOW in two of three runs: ${words}`);
  return (flags.check && missed > 0) || fallen.length > 0 ? 1 : 0;
}
