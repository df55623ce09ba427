import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { buildSample, PROGRAMS } from '../../sample-app/built-sample.js';
import { MailSink } from '../../support/mail-sink.js';
import { PostgresServer } from '../../support/postgres-server.js';
import { RedisServer } from '../../support/redis-server.js';
import type { RunOptions, RunResult } from '../../support/run-script.js';
import { runNode } from '../../support/run-script.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

// Each test starts several applications and a store.
jest.setTimeout(120_000);

beforeAll(buildSample, 250_000);

const ALL_CAME =
  '7 of 7 mails arrived (7 by SMTP, 6 of them through the queue and the Worker, 1 of them through the pickup directory and the Relay)';

describe('The demo over a queue', () => {
  let folder: TemporaryDirectory;
  beforeEach(() => {
    folder = temporaryDirectory();
  });
  afterEach(() => folder.remove());

  /** Runs the demo in a process, with a temporary directory of its own, so that what it leaves behind is seen. */
  function runDemo(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return runNode([PROGRAMS.demo, '--queue', ...args], {
      cwd: folder.path,
      timeoutMs: 90_000,
      ...options,
      env: { TMPDIR: folder.path, MAIL_QUEUE_CONNECTION: undefined, ...options.env },
    });
  }

  /** Numbers of the processes that have this folder in their arguments or environment. */
  function processesOf(path: string): string[] {
    return readdirSync('/proc')
      .filter(name => /^\d+$/.test(name) && name !== String(process.pid))
      .filter(name => {
        try {
          const read = (file: string): string => readFileSync(`/proc/${name}/${file}`, 'latin1');
          return read('cmdline').includes(path) || read('environ').includes(`TMPDIR=${path}`);
        } catch {
          return false;
        }
      });
  }

  it('starts a Redis and a Worker of its own, delivers every mail, and leaves nothing behind', async () => {
    const { code, stdout, stderr } = await runDemo(['--once']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/Queue "demo-\w+" in Redis at 127\.0\.0\.1:\d+, which the demo has started/);
    expect(stdout).toContain('Queue: 2 waiting, 0 workers. The Worker is started');
    const [, pid = 'none'] = /Worker: process (\d+)\n/.exec(stdout) ?? [];
    expect(stdout).toContain('Queue: the mail password-changed for ann delivered, tries: 1');
    expect(stdout).toContain(ALL_CAME);
    expect(stdout).toContain(`Queue: 6 mails delivered by the Worker in process ${pid}; 0 left, 0 failed`);
    expect(readdirSync(folder.path)).toEqual([]);
    expect(processesOf(folder.path)).toEqual([]);
  });

  it('uses the Redis that MAIL_QUEUE_CONNECTION names, and never shows its password', async () => {
    const redis = await RedisServer.start({ password: 'a-password-of-the-store' });
    try {
      const { code, stdout, stderr } = await runDemo(['--once'], {
        env: { MAIL_QUEUE_CONNECTION: redis.url },
      });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain(ALL_CAME);
      expect(stdout).not.toContain('a-password-of-the-store');
      expect(stdout).not.toContain('which the demo has started');
    } finally {
      await redis.close();
    }
  });

  it('uses the PostgreSQL that MAIL_QUEUE_CONNECTION names', async () => {
    const postgres = await PostgresServer.start();
    try {
      const { code, stdout, stderr } = await runDemo(['--once'], {
        env: { MAIL_QUEUE_CONNECTION: postgres.url },
      });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/Queue "demo-\w+" in PostgreSQL at/);
      expect(stdout).toContain(ALL_CAME);
    } finally {
      await postgres.close();
    }
  });

  it('waits for the mail server that the settings name before it says that it has the mails', async () => {
    const sink = await MailSink.start();
    try {
      const { code, stdout } = await runDemo(['--once'], {
        env: { MailSettings__Host: sink.host, MailSettings__Port: String(sink.port) },
      });
      expect(code).toBe(0);
      expect(stdout).toContain(
        '7 of 7 mails arrived (7 taken by the configured server, 6 of them through the queue and the Worker, 1 of them',
      );
      expect(sink.messages).toHaveLength(7);
    } finally {
      await sink.close();
    }
  });

  it('ends at Ctrl-C with its Worker and its store, once what waits is delivered', async () => {
    const { code, signal, stdout, stderr } = await runDemo([], {
      onStart: child =>
        child.stdout?.on('data', (text: string) => text.includes('Ctrl-C ends it') && child.kill('SIGINT')),
    });
    expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' });
    expect(stdout).toContain(ALL_CAME);
    expect(stdout).not.toContain('Left in the queue');
    expect(readdirSync(folder.path)).toEqual([]);
    expect(processesOf(folder.path)).toEqual([]);
  });

  it('leaves neither Worker nor store when it is killed', async () => {
    await runDemo([], {
      onStart: child =>
        child.stdout?.on('data', (text: string) => text.includes('\nResult') && child.kill('SIGKILL')),
    });
    for (let look = 0; look < 100 && processesOf(folder.path).length > 0; look++)
      await new Promise(resolve => setTimeout(resolve, 100));
    expect(processesOf(folder.path)).toEqual([]);
  });

  it('says what is needed where there is no store', async () => {
    const { code, stdout, stderr } = await runDemo(['--once'], { env: { PATH: folder.path } });
    expect(code).toBe(1);
    expect(stderr).toContain(
      '--queue needs a store: set MAIL_QUEUE_CONNECTION to redis://… or postgres://…, or install redis-server',
    );
    expect(stdout).not.toContain('mails arrived');
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('says that the store which is named cannot be reached, and that mails are missing', async () => {
    const { code, stdout } = await runDemo(['--once'], {
      env: { MAIL_QUEUE_CONNECTION: 'redis://127.0.0.1:1' },
    });
    expect(code).toBe(1);
    expect(stdout).toContain('127.0.0.1:1');
    expect(stdout).toContain('1 of 7 mails arrived');
  });
});
