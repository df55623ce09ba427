import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Where the installed Postfix keeps what a second, private instance borrows from it. */
export interface PostfixInstallation {
  readonly daemonDirectory: string;
  readonly commandDirectory: string;
  readonly mailOwner: string;
  readonly setgidGroup: string;
}

const run = promisify(execFile);
const HOW_TO_INSTALL =
  'These tests need a real Postfix and are not skipped without it. Install it with "apt-get install postfix" ' +
  '(Debian, Ubuntu; choose "No configuration"); its own service need not run.';

/** The directories of system commands are not in every user's PATH. */
const SEARCH_PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin:/usr/local/sbin`;

/**
 * Finds the installed Postfix.
 *
 * @throws Error saying what to install, or that only root can start a Postfix
 */
export async function findPostfix(searchPath = SEARCH_PATH): Promise<PostfixInstallation> {
  const [daemonDirectory, commandDirectory, mailOwner, setgidGroup] = await defaults(searchPath, [
    'daemon_directory',
    'command_directory',
    'mail_owner',
    'setgid_group',
  ]);
  if (!daemonDirectory || !commandDirectory || !mailOwner || !setgidGroup) throw new Error(HOW_TO_INSTALL);
  if (process.getuid?.() !== 0) {
    throw new Error('Postfix changes users and starts only as root; run these tests as root (sudo).');
  }
  return { daemonDirectory, commandDirectory, mailOwner, setgidGroup };
}

/** Runs one of Postfix's commands until it ends. Rejects with what it said when it fails. */
export async function runPostfixCommand(
  installation: PostfixInstallation,
  command: 'postfix' | 'postqueue',
  args: readonly string[],
): Promise<void> {
  await run(join(installation.commandDirectory, command), [...args], { timeout: 60_000 });
}

/** What Postfix dislikes in a configuration; empty when it likes it. `postfix` itself says it to the system's log only. */
export async function configurationComplaint(
  installation: PostfixInstallation,
  configurationDirectory: string,
): Promise<string> {
  try {
    await runPostfixCommand(installation, 'postqueue', ['-c', configurationDirectory, '-p']);
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function defaults(searchPath: string, names: readonly string[]): Promise<string[]> {
  try {
    const { stdout } = await run('postconf', ['-dh', ...names], {
      env: { ...process.env, PATH: searchPath },
    });
    return stdout.split('\n').map(line => line.trim());
  } catch (error) {
    throw new Error(HOW_TO_INSTALL, { cause: error });
  }
}
