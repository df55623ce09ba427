import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { iisMail, publish } from '../support/relay-app.js';
import { useRelayBench } from '../support/relay-bench.js';
import type { RunResult } from '../support/run-script.js';
import { runNode } from '../support/run-script.js';

const bench = useRelayBench();
/** Its name since Node.js 22.13, and before. */
const PERMISSION_MODEL = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission';

/** Empties the folder in a process that cannot look into /proc, as on a system without it. */
function drainWithoutProc(...options: string[]): Promise<RunResult> {
  const { path } = bench.folder;
  const settings = bench.folder.write(
    'settings.json',
    JSON.stringify({ MailSettings: { Host: bench.sink.host, Port: bench.sink.port } }),
  );
  const readable = [resolve('.'), path].map(folder => `--allow-fs-read=${folder}/*`);
  return runNode([
    PERMISSION_MODEL,
    ...readable,
    `--allow-fs-write=${path}/*`,
    'dist/cli/main.js',
    'relay',
    '--settings',
    settings,
    '--directory',
    join(path, 'pickup'),
    '--once',
    ...options,
  ]);
}

function eventsOf({ stdout }: RunResult): Record<string, unknown>[] {
  return stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Record<string, unknown>);
}

function pickup(mode: number): string {
  const folder = join(bench.folder.path, 'pickup');
  mkdirSync(folder);
  chmodSync(folder, mode);
  publish(folder, 'x.eml', iisMail('x'));
  return folder;
}

describe('A relay on a system that does not let it hold its folders', () => {
  it('works, and warns where other accounts may write to the pickup directory', async () => {
    pickup(0o777);
    const events = eventsOf(await drainWithoutProc());
    expect(events.map(({ event }) => event)).toEqual(['started', 'problem', 'sent', 'ended']);
    expect(events[1]?.reason).toContain(
      'Set stateDirectory to a folder where nobody else may write. Here that is the option --state.',
    );
  });

  it('does not warn where its records lie elsewhere', async () => {
    pickup(0o777);
    const elsewhere = eventsOf(await drainWithoutProc('--state', join(bench.folder.path, 'state')));
    expect(elsewhere.map(({ event }) => event)).toEqual(['started', 'sent', 'ended']);
  });

  it('refuses a link in the place of its own folder there too', async () => {
    const folder = pickup(0o777);
    symlinkSync('/tmp', join(folder, '.mailroom'));
    const { code, stderr } = await drainWithoutProc();
    expect(code).toBe(2);
    expect(stderr).toContain('.mailroom is a symbolic link, which is never followed; remove it');
    expect(bench.sink.messages).toEqual([]);
  });
});
