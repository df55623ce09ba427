import type { MailSettingsProblem } from '../../core/errors/mail-settings-error.js';
import type { TextStream } from '../text-output.js';
import { jsonDocument, written } from '../text-output.js';
import type { SettingsFacts } from './check-report.js';
import { CheckReport } from './check-report.js';
import type { DiagnosisStep } from './diagnosis-step.js';

/** One JSON document, at the end. */
export class JsonCheckReport extends CheckReport {
  readonly #output: TextStream;
  readonly #verbose: boolean;
  readonly #steps: DiagnosisStep[] = [];
  #settings: SettingsFacts | undefined;
  #problems: readonly MailSettingsProblem[] = [];

  constructor(output: TextStream, verbose: boolean) {
    super();
    this.#output = output;
    this.#verbose = verbose;
  }

  override settings(facts: SettingsFacts): void {
    this.#settings = facts;
  }

  override unusable(problems: readonly MailSettingsProblem[]): void {
    this.#problems = problems;
  }

  /** Programs wait for the end. */
  override progress(): void {}

  override step({ transcript, ...step }: DiagnosisStep): void {
    this.#steps.push({ ...step, ...(this.#verbose && transcript && { transcript }) });
  }

  override end(exitCode: number): Promise<void> {
    const document = {
      ok: exitCode === 0,
      exitCode,
      ...this.#settings,
      problems: this.#problems,
      steps: this.#steps,
    };
    return written(this.#output, jsonDocument(document));
  }
}
