import { join } from 'node:path';
import type { DiagnosisStep, DiagnosisStepName } from '../../lib/cli/check/diagnosis-step.js';
import type { MailSettings } from '../../lib/core/settings/mail-settings.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import type { CommandResult, CommandRunOptions } from './command-run.js';
import { runHere } from './command-run.js';

/** What `check --json` says. */
export interface CheckDocument {
  readonly ok: boolean;
  readonly exitCode: number;
  readonly warnings: readonly string[];
  readonly problems: readonly { key: string; message: string }[];
  readonly steps: readonly DiagnosisStep[];
}

/** How a check ended. */
export type Checked<Result> = Result & {
  readonly document: CheckDocument;
  /** The step of this name. */
  step(name: DiagnosisStepName): DiagnosisStep | undefined;
};

/** Writes settings into a file of the folder. */
export function writeSettings(folder: TemporaryDirectory, settings: object): string {
  return folder.write('appsettings.json', JSON.stringify({ MailSettings: settings }, null, 2));
}

/** Runs `check --json` with settings. */
export function check(
  folder: TemporaryDirectory,
  settings: MailSettings,
  { args = [], ...options }: CommandRunOptions & { readonly args?: readonly string[] } = {},
): Promise<Checked<CommandResult>> {
  return checkWith(folder, settings, command =>
    runHere([...command, ...args], { cwd: folder.path, ...options }),
  );
}

/** Does what {@link check} does, with another way to run the command. */
export async function checkWith<Result extends { readonly stdout: string }>(
  folder: TemporaryDirectory,
  settings: MailSettings,
  run: (args: readonly string[]) => Promise<Result>,
): Promise<Checked<Result>> {
  writeSettings(folder, { FromAddress: 'no-reply@contoso.com', ...settings });
  const result = await run(['check', '--settings', join(folder.path, 'appsettings.json'), '--json']);
  return { ...result, ...readCheck(result.stdout) };
}

/** Reads what `check --json` has written. */
export function readCheck(stdout: string): Pick<Checked<unknown & object>, 'document' | 'step'> {
  const document = JSON.parse(stdout) as CheckDocument;
  return { document, step: name => document.steps.find(({ step }) => step === name) };
}
