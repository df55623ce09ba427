import { copyFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { playDemo } from '../../sample-app/demo/play-demo.js';
import { MailSink } from '../support/mail-sink.js';
import { runNode } from '../support/run-script.js';
import type { RunOptions, RunResult } from '../support/run-script.js';
import { ScriptedSmtpServer } from '../support/scripted-smtp-server.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { buildSample, PROGRAMS } from './built-sample.js';

// Some tests start processes, and each of these several applications.
jest.setTimeout(70_000);

beforeAll(buildSample, 250_000);

/** Runs the demo in a process, with a temporary directory of its own, so that what it leaves behind is seen. */
function runDemo(
  folder: TemporaryDirectory,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  return runNode([PROGRAMS.demo, ...args], {
    cwd: folder.path,
    timeoutMs: 60_000,
    ...options,
    env: { TMPDIR: folder.path, ...options.env },
  });
}

/** Plays the demo once in this process. */
async function demo(
  folder: TemporaryDirectory,
  env: NodeJS.ProcessEnv = {},
  onLine: (line: string, stop: () => void) => void = () => {},
): Promise<{ readonly code: number; readonly stdout: string }> {
  const stop = new AbortController();
  let stdout = '';
  const code = await playDemo({
    once: true,
    env,
    temporary: folder.path,
    stop: stop.signal,
    logger: [],
    write: line => {
      stdout += `${line}\n`;
      onLine(line, () => stop.abort());
    },
  });
  return { code, stdout };
}

describe('the demo, played once in a process,', () => {
  const folders = [temporaryDirectory(), temporaryDirectory()] as const;
  let played: RunResult;
  let beside: { readonly code: number };

  beforeAll(async () => {
    // A second one at the same time: one of them finds the port of the Server taken.
    [played, beside] = await Promise.all([runDemo(folders[0], ['--once']), demo(folders[1])]);
  });
  afterAll(() => {
    for (const folder of folders) folder.remove();
  });

  it('ends with exit code 0 after the scenario', () => {
    expect(played).toMatchObject({ code: 0, stderr: '' });
    expect(played.stdout).toContain(
      '7 of 7 mails arrived (7 by SMTP, 1 of them through the pickup directory and the Relay)',
    );
    expect(played.stdout).toContain('Subject: Revue en attente');
    expect(readdirSync(folders[0].path)).toEqual([]);
  });

  it('shows the pickup file appear, be taken by the Relay, and arrive by SMTP before its link is used', () => {
    const reset = played.stdout.slice(played.stdout.indexOf('\n4. '), played.stdout.indexOf('\nResult'));
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
  });

  it('writes no token', () => {
    expect(played.stdout).toContain('token=…');
    expect(played.stdout).not.toMatch(/eyJ[\w-]+\./);
  });

  it('runs twice at the same time', () => {
    expect([played.code, beside.code]).toEqual([0, 0]);
    expect(readdirSync(folders[1].path)).toEqual([]);
  });
});

describe('the demo', () => {
  let folder: TemporaryDirectory;

  beforeEach(() => {
    folder = temporaryDirectory();
  });

  afterEach(() => {
    folder.remove();
  });

  it('ends with exit code 1 and says what is missing when mails do not come', async () => {
    const { code, stdout } = await demo(folder, { MailSettings__Enabled: 'false' });
    expect(code).toBe(1);
    expect(stdout).toMatch(/0 of 7 mails arrived\n/);
    expect(stdout).toContain('the mail job/finished for ann is missing: suppressed');
    expect(stdout).toContain('the mail reset-password for ann is missing: the Relay takes nothing');
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('says why the Relay could not hand a mail over, and leaves nothing behind', async () => {
    const { code, stdout } = await demo(folder, { MailSettings__Host: '127.0.0.1', MailSettings__Port: '1' });
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /the mail reset-password for ann is missing: the Relay says paused: .*127\.0\.0\.1/,
    );
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('ends with exit code 1 and every problem of the settings when they are wrong', async () => {
    const { code, stderr } = await runDemo(folder, ['--once'], {
      env: { MailSettings__Port: 'twenty-five', MailSettings__MaxRecipients: '-1' },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/Port[^]*MaxRecipients/);
    expect(stderr).not.toContain('    at ');
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('uses the mail server and the folder that the settings name', async () => {
    const sink = await MailSink.start();
    const pickup = temporaryDirectory();
    try {
      const { code, stdout } = await demo(folder, {
        MailSettings__Host: sink.host,
        MailSettings__Port: String(sink.port),
        PasswordResetSettings__MailSettings__PickupDirectory: pickup.path,
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
  });

  it('lets the Relay hand the mail to the mail server that the settings name, when the folder is its own', async () => {
    const sink = await MailSink.start();
    try {
      const { code, stdout } = await demo(folder, {
        MailSettings__Host: sink.host,
        MailSettings__Port: String(sink.port),
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
  });

  it('starts no Relay when its settings name no mail server, and reads the file where it is', async () => {
    const written = temporaryDirectory();
    try {
      const { code, stdout } = await demo(folder, {
        MailSettings__UseSpecifiedPickupDirectory: 'true',
        MailSettings__PickupDirectory: written.path,
      });
      expect(code).toBe(0);
      expect(stdout).toContain('The settings of the Relay name no mail server; it is not started');
      expect(stdout).toContain('1 in the pickup directory;');
      expect(readdirSync(written.path)).toHaveLength(6);
      expect(readdirSync(folder.path)).toEqual([]);
    } finally {
      written.remove();
    }
  });

  it('empties no folder of an administrator, in whatever case the settings name it', async () => {
    const real = temporaryDirectory();
    real.write('precious.eml', 'X-Sender: a@contoso.com\r\nX-Receiver: b@contoso.com\r\n\r\nText\r\n');
    try {
      const { code } = await demo(folder, { MAILSETTINGS__PICKUPDIRECTORY: real.path });
      expect(code).toBe(0);
      expect(readdirSync(real.path)).toEqual(['precious.eml']);
    } finally {
      real.remove();
    }
  });

  it.each(['Server http', 'Pickup file', 'Relay: '])(
    'ends with exit code 130 and leaves nothing behind when Ctrl-C comes after "%s"',
    async moment => {
      let seen = false;
      const { code, stdout } = await demo(folder, {}, (line, stop) => {
        if (seen || !line.includes(moment)) return;
        seen = true;
        stop();
      });
      expect({ seen, code }).toEqual({ seen: true, code: 130 });
      expect(stdout).not.toContain('Result');
      expect(readdirSync(folder.path)).toEqual([]);
    },
  );

  it('ends its process with exit code 130 when Ctrl-C comes while a mail server does not answer', async () => {
    const server = await ScriptedSmtpServer.start([{ silence: true }]);
    try {
      const { code, signal } = await runDemo(folder, ['--once'], {
        env: {
          MailSettings__Host: server.host,
          MailSettings__Port: String(server.port),
          MailSettings__ConnectionTimeout: '1',
        },
        onStart: child => {
          child.stdout?.on('data', (text: string) => text.includes('Server http') && child.kill('SIGINT'));
        },
      });
      expect({ code, signal }).toEqual({ code: 130, signal: null });
      expect(readdirSync(folder.path)).toEqual([]);
    } finally {
      await server.close();
    }
  });

  it('goes on running until Ctrl-C and then leaves nothing behind', async () => {
    let page = '';
    const { code, signal } = await runDemo(folder, [], {
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
  });
});

describe('the applications of the sample, each run on its own,', () => {
  let folder: TemporaryDirectory;
  let asked: TemporaryDirectory;
  let answer: RunResult;

  const runAgent = (login: string): Promise<RunResult> =>
    runNode([PROGRAMS.agent, '--reset', login], {
      env: {
        TokenSigning__Secret: 'only-for-this-test-'.repeat(3),
        PasswordResetSettings__MailSettings__PickupDirectory: asked.path,
      },
    });

  /** The file that the Agent has written. */
  const written = (): string => join(asked.path, readdirSync(asked.path)[0] ?? 'none');

  beforeAll(async () => {
    asked = temporaryDirectory();
    answer = await runAgent('ann');
  });
  afterAll(() => asked.remove());

  beforeEach(() => {
    folder = temporaryDirectory();
  });

  afterEach(() => {
    folder.remove();
  });

  it('have an Agent: one request, one file, and it ends', async () => {
    expect(answer.code).toBe(0);
    expect(answer.stdout).toContain(`Reset mail for ann: written, ${written()}`);

    const unknown = await runAgent('zoe');
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toBe('Nobody has the login "zoe"\n');
    expect(readdirSync(asked.path)).toHaveLength(1);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'have a Relay: it delivers what the Agent wrote, and ends with code 0 on %s',
    async end => {
      const sink = await MailSink.start();
      try {
        const file = basename(written());
        copyFileSync(written(), join(folder.path, file));
        const { code, signal, stdout, stderr } = await runNode([PROGRAMS.relay], {
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
  );

  it('have a Relay that takes nothing when mail is disabled, and still runs until it is told to end', async () => {
    folder.write('kept.eml', 'X-Sender: a@contoso.com\r\nX-Receiver: b@contoso.com\r\n\r\nText\r\n');
    const { code, signal, stdout } = await runNode([PROGRAMS.relay], {
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
  });
});
