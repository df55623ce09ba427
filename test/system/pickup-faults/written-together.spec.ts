import { basename, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { TracedCall } from './strace.js';
import { Strace } from './strace.js';
import { readFolder } from './whole-mail.js';
import { writerForEachTest } from './writer-for-each-test.js';

const COUNT = 60;

const scene = writerForEachTest();

describe('Mails that are written at the same time', () => {
  it('share flushes of their directory, of which each began after the renames it stands for and ended before the reports', async () => {
    const strace = await Strace.attach(
      [scene.writer.child.pid, scene.writer.poolThread()],
      join(scene.log.path, 'calls'),
    );
    const answers = await scene.writer.burst('b', COUNT);
    await strace.detach();
    const calls = strace.calls();
    const flushes = calls.filter(
      call => call.name === 'fsync' && call.line.includes(`<${scene.folder.path}>`),
    );
    const wrong: string[] = [];
    for (const { file = '' } of answers) {
      const steps = stepsOf(calls, basename(file, '.eml'));
      const [rename, report] = steps.slice(-2);
      const names = steps.map(({ name }) => name.replace(/at2?$/, ''));
      const inOrder = steps.every((step, index) => index === 0 || step.begin > (steps[index - 1]?.end ?? 0));
      const isFlushed = flushes.some(
        ({ begin, end, line }) =>
          rename && report && begin > rename.end && end < report.begin && line.endsWith(' = 0'),
      );
      if (
        names.join() !== 'open,write,fchmod,fsync,close,rename,write' ||
        !inOrder ||
        !isFlushed ||
        !report?.line.includes('\\"file\\"')
      )
        wrong.push([...steps.map(({ line }) => line), `flushed: ${isFlushed}`].join('\n'));
    }
    expect(wrong).toEqual([]);
    expect(flushes.length).toBeGreaterThan(0);
    expect(flushes.length).toBeLessThan(COUNT / 4);
    expect((await readFolder(scene.folder.path)).mails).toHaveLength(COUNT + 1);
  });
});

/** The calls about one file, from its making to the report of it. */
function stepsOf(calls: readonly TracedCall[], id: string): TracedCall[] {
  return calls.filter(({ line }) => line.includes(id));
}
