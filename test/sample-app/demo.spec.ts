import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { MailSink } from '../support/mail-sink.js';
import { runNode } from '../support/run-script.js';
import type { RunOptions, RunResult } from '../support/run-script.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';

const ROOT = join(import.meta.dirname, '..', '..');
const DEMO = join(ROOT, 'sample-app', 'dist', 'demo.js');
const AGENT = join(ROOT, 'sample-app', 'dist', 'agent', 'main.js');

describe('the demo', () => {
  let folder: TemporaryDirectory;

  /** Runs the demo with a temporary directory of its own, so that what it leaves behind is seen. */
  function demo(args: string[], options: RunOptions = {}): Promise<RunResult> {
    return runNode([DEMO, ...args], {
      cwd: folder.path,
      timeoutMs: 60_000,
      ...options,
      env: { TMPDIR: folder.path, ...options.env },
    });
  }

  beforeAll(async () => {
    const nest = createRequire(import.meta.url).resolve('@nestjs/cli/bin/nest.js');
    const built = await runNode([nest, 'build', 'sample-app'], { cwd: ROOT, timeoutMs: 120_000 });
    if (built.code !== 0) throw new Error(`nest build sample-app failed: ${built.stdout}${built.stderr}`);
  }, 130_000);

  beforeEach(() => {
    folder = temporaryDirectory();
  });

  afterEach(() => {
    folder.remove();
  });

  it('ends with exit code 0 after the scenario when it is played once', async () => {
    const { code, stdout, stderr } = await demo(['--once']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('7 of 7 mails arrived (6 by SMTP, 1 in the pickup directory)');
    expect(stdout).toContain('Subject: Revue en attente');
    expect(stdout).toMatch(/Pickup file .*\.eml/);
    expect(readdirSync(folder.path)).toEqual([]);
  }, 70_000);

  it('writes no token', async () => {
    const { stdout } = await demo(['--once']);
    expect(stdout).toContain('token=…');
    expect(stdout).not.toMatch(/eyJ[\w-]+\./);
  }, 70_000);

  it('runs twice at the same time', async () => {
    const runs = await Promise.all([demo(['--once']), demo(['--once'])]);
    expect(runs.map(({ code }) => code)).toEqual([0, 0]);
  }, 70_000);

  it('ends with exit code 1 and says what is missing when mails do not come', async () => {
    const { code, stdout } = await demo(['--once'], { env: { MailSettings__Enabled: 'false' } });
    expect(code).toBe(1);
    expect(stdout).toContain('1 of 7 mails arrived (1 in the pickup directory)');
    expect(stdout).toContain('the mail job/finished for ann is missing: suppressed');
  }, 70_000);

  it('ends with exit code 1 and every problem of the settings when they are wrong', async () => {
    const { code, stderr } = await demo(['--once'], {
      env: { MailSettings__Port: 'twenty-five', MailSettings__MaxRecipients: '-1' },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/Port[^]*MaxRecipients/);
    expect(stderr).not.toContain('    at ');
    expect(readdirSync(folder.path)).toEqual([]);
  }, 70_000);

  it('uses the mail server and the folder that the settings name', async () => {
    const sink = await MailSink.start();
    const pickup = temporaryDirectory();
    try {
      const { code, stdout } = await demo(['--once'], {
        env: {
          MailSettings__Host: sink.host,
          MailSettings__Port: String(sink.port),
          PasswordResetSettings__MailSettings__PickupDirectory: pickup.path,
        },
      });
      expect(code).toBe(0);
      expect(stdout).not.toContain('Embedded SMTP server');
      expect(sink.messages).toHaveLength(6);
      expect(readdirSync(pickup.path)).toEqual([expect.stringMatching(/\.eml$/)]);
    } finally {
      await sink.close();
      pickup.remove();
    }
  }, 70_000);

  it('goes on running until Ctrl-C and then leaves nothing behind', async () => {
    let page = '';
    const { code, signal } = await demo([], {
      onStart: child => {
        child.stdout?.on('data', (text: string) => {
          const url = /Running on (\S+);/.exec(text)?.[1];
          if (url === undefined) return;
          void fetch(url)
            .then(async response => (page = await response.text()))
            .finally(() => child.kill('SIGINT'));
        });
      },
    });
    expect({ code, signal }).toEqual({ code: 0, signal: null });
    expect(page).toContain('Provisioning reviews');
    expect(readdirSync(folder.path)).toEqual([]);
  }, 70_000);

  it('has an Agent that runs on its own: one request, one file, and it ends', async () => {
    const env = {
      TokenSigning__Secret: 'only-for-this-test-'.repeat(3),
      PasswordResetSettings__MailSettings__PickupDirectory: folder.path,
    };
    const { code, stdout } = await runNode([AGENT, '--reset', 'ann'], { env });
    expect(code).toBe(0);
    const [file] = readdirSync(folder.path);
    expect(stdout).toContain(`Reset mail for ann: written, ${join(folder.path, file ?? 'none')}`);

    const unknown = await runNode([AGENT, '--reset', 'zoe'], { env });
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toBe('Nobody has the login "zoe"\n');
  }, 70_000);
});
