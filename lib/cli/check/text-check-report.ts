import { relative } from 'node:path';
import type { MailSettingsProblem } from '../../core/errors/mail-settings-error.js';
import { visible } from '../../core/redaction/printable.js';
import type { ExplainedSetting } from '../../core/settings/explained-setting.js';
import type { SettingOrigin } from '../../core/settings/setting-origins.js';
import type { Style } from '../style.js';
import type { TextStream } from '../text-output.js';
import { written } from '../text-output.js';
import type { SettingsFacts } from './check-report.js';
import { CheckReport } from './check-report.js';
import type { DiagnosisStep } from './diagnosis-step.js';

const STEP_WIDTH = 'certificate'.length;
const STATUS_WIDTH = 'warning'.length;
const WIDEST_VALUE = 44;

/** Sentences for people: the settings as a table, and a line for each step as it ends. */
export class TextCheckReport extends CheckReport {
  readonly #output: TextStream;
  readonly #style: Style;
  readonly #verbose: boolean;
  readonly #cwd: string;
  #origins = new Map<string, string>();
  #problems = false;
  #warnings = 0;

  /** @param cwd files below it are shown without it */
  constructor(output: TextStream, style: Style, verbose: boolean, cwd: string) {
    super();
    this.#cwd = cwd;
    this.#output = output;
    this.#verbose = verbose;
    this.#style = style;
  }

  override settings({ section, files, settings, warnings }: SettingsFacts): void {
    const read =
      files.length === 0 ? 'no file' : files.map(file => shortPath(file, this.#cwd)).join(', then ');
    this.#line(this.#style.bold(visible(`Settings: ${section}, from ${read}, then the environment`)));
    const keys = Math.max(...settings.map(({ key, written: own = key }) => own.length));
    const values = settings.map(setting => visible(valueWords(setting)));
    const width = Math.min(WIDEST_VALUE, Math.max(...values.map(value => value.length)));
    for (const [index, setting] of settings.entries()) {
      const name = setting.written ?? setting.key;
      const origin = visible(originWords(setting, this.#cwd));
      this.#origins.set(
        name.toLowerCase(),
        setting.origins.map(place => originName(place, this.#cwd)).join(', '),
      );
      const line = `  ${visible(name).padEnd(keys)}  ${(values[index] ?? '').padEnd(width)}  ${origin}`;
      this.#line(setting.origins.length > 0 ? line : this.#style.dim(line));
    }
    this.#line('');
    for (const warning of warnings) this.#show('warning', 'settings', warning);
  }

  override unusable(problems: readonly MailSettingsProblem[]): void {
    this.#problems = true;
    for (const { key, message } of problems) {
      const origin = this.#origins.get(key.toLowerCase()) ?? '';
      this.#show('failed', 'settings', `${key}: ${message}${origin === '' ? '' : ` (${origin})`}`);
    }
  }

  override progress(text: string): void {
    this.#line(this.#style.dim(visible(text)));
  }

  override step({ step, status, message, advice, transcript = [] }: DiagnosisStep): void {
    this.#show(status, step, message, advice);
    if (!this.#verbose) return;
    for (const line of transcript) for (const part of line.split('\n')) this.#line(`    ${visible(part)}`);
  }

  override end(exitCode: number): Promise<void> {
    const { good, bad, bold } = this.#style;
    const counted =
      this.#warnings === 0 ? '' : `, ${this.#warnings === 1 ? '1 warning' : `${this.#warnings} warnings`}`;
    const words = this.#problems
      ? bad('The settings cannot be used; nothing was tested.')
      : exitCode === 130
        ? 'Interrupted.'
        : exitCode === 0
          ? good(`Nothing failed${counted}.`)
          : bad(`Mails cannot leave${counted}.`);
    return written(this.#output, `\n${bold(words)}\n`);
  }

  #show(status: DiagnosisStep['status'], name: string, message: string, advice?: string): void {
    if (status === 'warning') this.#warnings++;
    const { good, warn, bad, dim } = this.#style;
    const paint = { ok: good, warning: warn, failed: bad, skipped: dim }[status];
    const lead = `${paint(status.padEnd(STATUS_WIDTH))}  ${name.padEnd(STEP_WIDTH)}  `;
    this.#line(`${lead}${visible(message)}`);
    if (advice !== undefined)
      this.#line(`${' '.repeat(STATUS_WIDTH + STEP_WIDTH + 4)}${this.#style.bold(`-> ${visible(advice)}.`)}`);
  }

  #line(text: string): void {
    this.#output.write(`${text.trimEnd()}\n`);
  }
}

function valueWords({ value }: ExplainedSetting): string {
  if (value === undefined) return '-';
  return typeof value === 'object' ? value.join('; ') : String(value);
}

function originWords({ origins, cleared = [], value, note }: ExplainedSetting, cwd: string): string {
  const names = (list: readonly SettingOrigin[]): string =>
    list.map(origin => originName(origin, cwd)).join(', ');
  const empty = cleared.length === 0 ? '' : ` (written as nothing in ${names(cleared)})`;
  const from = origins.length > 0 ? names(origins) : `${value === undefined ? 'not set' : 'default'}${empty}`;
  return note === undefined ? from : `${from}; ${note}`;
}

function originName(origin: SettingOrigin, cwd: string): string {
  if ('variable' in origin) return `environment ${origin.variable}`;
  return origin.line === undefined
    ? shortPath(origin.file, cwd)
    : `${shortPath(origin.file, cwd)}:${origin.line}`;
}

/** Below the working directory without it. */
function shortPath(file: string, cwd: string): string {
  const below = relative(cwd, file);
  return below.startsWith('..') ? file : below;
}
