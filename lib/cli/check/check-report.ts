import type { MailSettingsProblem } from '../../core/errors/mail-settings-error.js';
import type { ExplainedSetting } from '../../core/settings/explained-setting.js';
import type { DiagnosisStep } from './diagnosis-step.js';

/** What the settings come to. */
export interface SettingsFacts {
  /** Name of their section. */
  readonly section: string;
  /** The files that were read, the first below the later ones. */
  readonly files: readonly string[];
  readonly settings: readonly ExplainedSetting[];
  readonly warnings: readonly string[];
}

/** Tells what a check finds. */
export abstract class CheckReport {
  /** The settings were read. */
  abstract settings(facts: SettingsFacts): void;
  /** They cannot be used. */
  abstract unusable(problems: readonly MailSettingsProblem[]): void;
  /** Something is being done that may take a while. */
  abstract progress(text: string): void;
  /** A step has ended. */
  abstract step(step: DiagnosisStep): void;
  /** It is over; resolves when all is written. */
  abstract end(exitCode: number): Promise<void>;
}
