import type { DiagnosisStep } from '../diagnosis/diagnosis-step.js';
import type { MailSettingsProblem } from '../errors/mail-settings-error.js';
import type { SettingsFacts } from './check-report.js';
import { CheckReport } from './check-report.js';
import type { TextStream } from './written.js';
import { jsonDocument, written } from './written.js';

/** One JSON document, at the end. */
export class JsonCheckReport extends CheckReport {
  readonly #output: TextStream;
  readonly #steps: DiagnosisStep[] = [];
  #settings: SettingsFacts | undefined;
  #problems: readonly MailSettingsProblem[] = [];

  constructor(output: TextStream) {
    super();
    this.#output = output;
  }

  override settings(facts: SettingsFacts): void {
    this.#settings = facts;
  }

  override unusable(problems: readonly MailSettingsProblem[]): void {
    this.#problems = problems;
  }

  /** Programs wait for the end. */
  override progress(): void {}

  override step(step: DiagnosisStep): void {
    this.#steps.push(step);
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
