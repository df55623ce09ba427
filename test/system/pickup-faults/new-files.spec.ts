import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Strace } from './strace.js';
import { writerForEachTest } from './writer-for-each-test.js';

const COUNT = 20;

const scene = writerForEachTest();

describe('A file that is made in a pickup directory', () => {
  it('is a new one with a random name: a link or a file that lies there is never written to', async () => {
    const strace = await Strace.attach(
      [scene.writer.child.pid, scene.writer.poolThread()],
      join(scene.log.path, 'calls'),
    );
    await scene.writer.burst('n', COUNT);
    await strace.detach();
    const opened = strace
      .calls()
      .filter(({ name, line }) => name === 'openat' && line.includes(`"${scene.folder.path}/`))
      .map(({ line }) => line);
    const names = opened.map(line => /\/\.([0-9a-f-]{36})\.[^/"]+"/.exec(line)?.[1]);
    expect(opened.filter(line => !/\bO_CREAT\|O_EXCL\b.*\bO_NOFOLLOW\b/.test(line))).toEqual([]);
    expect(names).toHaveLength(COUNT);
    expect(names).not.toContain(undefined);
    expect(new Set(names).size).toBe(COUNT);
  });
});
