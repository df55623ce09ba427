import { join } from 'node:path';
import type { DiagnosisStep, DiagnosisStepName } from '../../lib/cli/check/diagnosis-step.js';
import type { MailSettings } from '../../lib/core/settings/mail-settings.js';
import { runCli } from '../support/cli.js';
import type { RunOptions, RunResult } from '../support/run-script.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';

/** What `check --json` says. */
export interface CheckDocument {
  readonly ok: boolean;
  readonly exitCode: number;
  readonly warnings: readonly string[];
  readonly problems: readonly { key: string; message: string }[];
  readonly steps: readonly DiagnosisStep[];
}

/** How a check ended. */
export interface Checked extends RunResult {
  readonly document: CheckDocument;
  /** The step of this name. */
  step(name: DiagnosisStepName): DiagnosisStep | undefined;
}

/** Writes settings into a file of the folder. */
export function writeSettings(folder: TemporaryDirectory, settings: object): string {
  return folder.write('appsettings.json', JSON.stringify({ MailSettings: settings }, null, 2));
}

/** Runs `check --json` with settings. */
export async function check(
  folder: TemporaryDirectory,
  settings: MailSettings,
  { args = [], run = runCli, ...options }: RunOptions & { args?: string[]; run?: typeof runCli } = {},
): Promise<Checked> {
  writeSettings(folder, { FromAddress: 'no-reply@contoso.com', ...settings });
  const file = join(folder.path, 'appsettings.json');
  const result = await run(['check', '--settings', file, '--json', ...args], {
    cwd: folder.path,
    ...options,
  });
  const document = JSON.parse(result.stdout) as CheckDocument;
  return { ...result, document, step: name => document.steps.find(({ step }) => step === name) };
}
