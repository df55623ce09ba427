import type { SettingOrigin } from './setting-origins.js';

/** One setting: what it comes to, and why. */
export interface ExplainedSetting {
  /** Name as the documentation has it. */
  readonly key: string;
  /** Name as the administrator wrote it; undefined when it is not set. */
  readonly written?: string;
  /** The value that is used; secrets are masked; undefined when there is none. */
  readonly value?: string | number | boolean | readonly string[];
  /** Where it was written; empty for a default. */
  readonly origins: readonly SettingOrigin[];
  /** Where it was written as nothing, so that the default counts. */
  readonly cleared?: readonly SettingOrigin[];
  /** What else there is to say of it. */
  readonly note?: string;
}
