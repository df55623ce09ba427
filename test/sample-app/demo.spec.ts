import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MailSink } from '../support/mail-sink.js';
import { runNode } from '../support/run-script.js';
import type { RunOptions, RunResult } from '../support/run-script.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';

const ROOT = join(import.meta.dirname, '..', '..');
const DEMO = join(ROOT, 'sample-app', 'dist', 'demo.js');
const RELAY = join(ROOT, 'sample-app', 'dist', 'relay', 'main.js');
const AGENT = join(ROOT, 'sample-app', 'dist', 'agent', 'main.js');

beforeAll(async () => {
  const nest = createRequire(import.meta.url).resolve('@nestjs/cli/bin/nest.js');
  const built = await runNode([nest, 'build', 'sample-app'], { cwd: ROOT, timeoutMs: 120_000 });
  if (built.code !== 0) throw new Error(`nest build sample-app failed: ${built.stdout}${built.stderr}`);
}, 130_000);

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

  beforeEach(() => {
    folder = temporaryDirectory();
  });

  afterEach(() => {
    folder.remove();
  });

  it('ends with exit code 0 after the scenario when it is played once', async () => {
    const { code, stdout, stderr } = await demo(['--once']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(
      '7 of 7 mails arrived (7 by SMTP, 1 of them through the pickup directory and the Relay)',
    );
    expect(stdout).toContain('Subject: Revue en attente');
    expect(readdirSync(folder.path)).toEqual([]);
  }, 70_000);

  it('shows the pickup file appear, be taken by the Relay, and arrive by SMTP before its link is used', async () => {
    const { stdout } = await demo(['--once']);
    const reset = stdout.slice(stdout.indexOf('\n4. '), stdout.indexOf('\nResult'));
    const [, file = 'none', id = 'none'] =
      /Pickup file .*[/\\](\S+\.eml)\n +X-Sender: no-reply@contoso\.example\n +X-Receiver: ann\.miller@contoso\.example\n +Message-ID: (<\S+>)/.exec(
        reset,
      ) ?? [];
    const lines = [
      `Pickup file `,
      `Relay: ${file} sent, recipients: 1`,
      '✓ The file is gone from the pickup directory',
      `✓ A mail with the same Message-ID arrived by SMTP: ${id}`,
      '✓ X-Sender and X-Receiver stayed behind',
      '✉ SMTP: no-reply@contoso.example → ann.miller@contoso.example\n    Subject: Reset your',
      '✓ The link of the mail opens the reset page (200)',
    ];
    const places = lines.map(line => reset.indexOf(line));
    expect(places).not.toContain(-1);
    expect(places.toSorted((left, right) => left - right)).toEqual(places);
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
    expect(stdout).toMatch(/0 of 7 mails arrived\n/);
    expect(stdout).toContain('the mail job/finished for ann is missing: suppressed');
    expect(stdout).toContain('the mail reset-password for ann is missing: the Relay takes nothing');
    expect(readdirSync(folder.path)).toEqual([]);
  }, 70_000);

  it('says why the Relay could not hand a mail over, and leaves nothing behind', async () => {
    const { code, stdout } = await demo(['--once'], {
      env: { MailSettings__Host: '127.0.0.1', MailSettings__Port: '1' },
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /the mail reset-password for ann is missing: the Relay says paused: .*127\.0\.0\.1/,
    );
    expect(readdirSync(folder.path)).toEqual([]);
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
      expect(stdout).toContain('no Relay is started');
      expect(stdout).toContain(
        '7 of 7 mails arrived (1 in the pickup directory; 6 taken by the configured server)',
      );
      expect(sink.messages).toHaveLength(6);
      expect(readdirSync(pickup.path)).toEqual([expect.stringMatching(/\.eml$/)]);
    } finally {
      await sink.close();
      pickup.remove();
    }
  }, 70_000);

  it('lets the Relay hand the mail to the mail server that the settings name, when the folder is its own', async () => {
    const sink = await MailSink.start();
    try {
      const { code, stdout } = await demo(['--once'], {
        env: { MailSettings__Host: sink.host, MailSettings__Port: String(sink.port) },
      });
      expect(code).toBe(0);
      expect(stdout).toContain(
        '7 of 7 mails arrived (7 taken by the configured server, 1 of them through the pickup directory and the Relay)',
      );
      const mails = await Promise.all(sink.messages.map(message => message.parse()));
      expect(mails).toHaveLength(7);
      expect(mails.filter(({ subject }) => subject?.startsWith('Reset'))).toHaveLength(1);
      expect(readdirSync(folder.path)).toEqual([]);
    } finally {
      await sink.close();
    }
  }, 70_000);

  it('starts no Relay when its settings name no mail server, and reads the file where it is', async () => {
    const written = temporaryDirectory();
    try {
      const { code, stdout } = await demo(['--once'], {
        env: {
          MailSettings__UseSpecifiedPickupDirectory: 'true',
          MailSettings__PickupDirectory: written.path,
        },
      });
      expect(code).toBe(0);
      expect(stdout).toContain('The settings of the Relay name no mail server; it is not started');
      expect(stdout).toContain('1 in the pickup directory;');
      expect(readdirSync(written.path)).toHaveLength(6);
      expect(readdirSync(folder.path)).toEqual([]);
    } finally {
      written.remove();
    }
  }, 70_000);

  it('empties no folder of an administrator, in whatever case the settings name it', async () => {
    const real = temporaryDirectory();
    real.write('precious.eml', 'X-Sender: a@contoso.com\r\nX-Receiver: b@contoso.com\r\n\r\nText\r\n');
    try {
      const { code } = await demo(['--once'], { env: { MAILSETTINGS__PICKUPDIRECTORY: real.path } });
      expect(code).toBe(0);
      expect(readdirSync(real.path)).toEqual(['precious.eml']);
    } finally {
      real.remove();
    }
  }, 70_000);

  it.each(['Server http', 'Pickup file', 'Relay: '])(
    'ends with exit code 130 and leaves nothing behind when Ctrl-C comes after "%s"',
    async moment => {
      let text = '';
      const { code, signal } = await demo(['--once'], {
        onStart: child => {
          child.stdout?.on('data', (part: string) => {
            // Once: a second Ctrl-C ends the demo the hard way.
            const before = text.includes(moment);
            text += part;
            if (!before && text.includes(moment)) child.kill('SIGINT');
          });
        },
      });
      expect({ code, signal }).toEqual({ code: 130, signal: null });
      expect(readdirSync(folder.path)).toEqual([]);
    },
    70_000,
  );

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
});

describe('the applications of the sample, each run on its own,', () => {
  let folder: TemporaryDirectory;

  beforeEach(() => {
    folder = temporaryDirectory();
  });

  afterEach(() => {
    folder.remove();
  });

  it('have an Agent: one request, one file, and it ends', async () => {
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

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'have a Relay: it delivers what the Agent wrote, and ends with code 0 on %s',
    async end => {
      const sink = await MailSink.start();
      try {
        await runNode([AGENT, '--reset', 'ann'], {
          env: {
            TokenSigning__Secret: 'only-for-this-test-'.repeat(3),
            PasswordResetSettings__MailSettings__PickupDirectory: folder.path,
          },
        });
        const [file = 'none'] = readdirSync(folder.path);
        const { code, signal, stdout, stderr } = await runNode([RELAY], {
          env: {
            MailSettings__Host: sink.host,
            MailSettings__Port: String(sink.port),
            MailSettings__PickupDirectory: folder.path,
          },
          onStart: child => {
            child.stdout?.on('data', (text: string) => text.includes(': sent, ') && child.kill(end));
          },
        });
        expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' });
        expect(sink.messages).toHaveLength(1);
        expect(stdout).toContain(`${file}: sent, recipients: 1, <`);
        expect(stdout).toContain('1 sent, 0 moved to the badmail folder, 0 left in the folder');
        expect(readdirSync(folder.path)).toEqual([]);
      } finally {
        await sink.close();
      }
    },
    70_000,
  );

  it('have a Relay that takes nothing when mail is disabled, and still runs until it is told to end', async () => {
    folder.write('kept.eml', 'X-Sender: a@contoso.com\r\nX-Receiver: b@contoso.com\r\n\r\nText\r\n');
    const { code, signal, stdout } = await runNode([RELAY], {
      env: { MailSettings__Enabled: 'false', MailSettings__PickupDirectory: folder.path },
      onStart: child => {
        child.stdout?.on(
          'data',
          (text: string) => text.includes('The Relay empties') && child.kill('SIGTERM'),
        );
      },
    });
    expect({ code, signal }).toEqual({ code: 0, signal: null });
    expect(stdout).toContain('0 sent, 0 moved to the badmail folder, 1 left in the folder');
    expect(readdirSync(folder.path)).toEqual(['kept.eml']);
  }, 70_000);
});
