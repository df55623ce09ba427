import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { rejection } from './rejection.js';
import { runNode } from './run-script.js';
import { temporaryDirectory } from './temporary-directory.js';
import type { TemporaryDirectory } from './temporary-directory.js';

describe('runNode', () => {
  let directory: TemporaryDirectory;

  beforeEach(() => {
    directory = temporaryDirectory();
  });

  afterEach(() => directory.remove());

  it('reports exit code, output, directory and environment of the child', async () => {
    const script = directory.write(
      'sub/script.mjs',
      'console.log(process.cwd(), process.env.GREETING, process.env.NODE_ENV); console.error("oh"); process.exitCode = 3;',
    );
    const result = await runNode([script], { cwd: directory.path, env: { GREETING: 'grüß' } });
    expect(result).toEqual({
      code: 3,
      signal: null,
      stdout: `${directory.path} grüß undefined\n`,
      stderr: 'oh\n',
    });
  });

  it('hands over input and reports a signal', async () => {
    const echo = await runNode(['-e', 'process.stdin.pipe(process.stdout)'], { input: 'hello' });
    expect(echo).toMatchObject({ code: 0, stdout: 'hello' });
    const killed = await runNode(['-e', 'console.log("up"); setInterval(() => {}, 1000)'], {
      onStart: child => child.stdout?.once('data', () => child.kill('SIGTERM')),
    });
    expect(killed).toMatchObject({ code: null, signal: 'SIGTERM', stdout: 'up\n' });
  });

  it('kills a child that does not end in time, and says what it printed', async () => {
    const script = 'console.log("still here"); setInterval(() => {}, 1000)';
    let timeoutMs = 1000;
    let error = await rejection(runNode(['-e', script], { timeoutMs }));
    // On a busy machine it may not have come to say anything.
    while (/stdout: \n/.test(String(error)))
      error = await rejection(runNode(['-e', script], { timeoutMs: (timeoutMs *= 2) }));
    expect(error).toMatchObject({
      message: expect.stringMatching(new RegExp(`did not end within ${timeoutMs} ms[^]*still here`)),
    });
  });

  it('rejects when the child cannot be started', async () => {
    await expect(runNode(['-v'], { cwd: `${directory.path}/missing` })).rejects.toThrow('ENOENT');
  });
});
