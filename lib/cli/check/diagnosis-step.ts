import type { MailSettingsProblem } from '../../core/errors/mail-settings-error.js';
import type { ResolvedDkimKey } from '../../core/settings/dkim/dkim-setting.js';

/** The names of the steps of a diagnosis. */
export type DiagnosisStepName =
  | 'policy'
  | 'dns'
  | 'connect'
  | 'greeting'
  | 'name'
  | 'tls'
  | 'certificate'
  | 'token'
  | 'login'
  | 'sender'
  | 'size'
  | 'connections'
  | 'signing'
  | 'directory'
  | 'space'
  | 'waiting'
  | 'delivery';

/** One step of a diagnosis, and its result. */
export interface DiagnosisStep {
  readonly step: DiagnosisStepName;
  /** `failed`: mails cannot leave because of it. `warning`: they can, but somebody should look at it. */
  readonly status: 'ok' | 'warning' | 'failed' | 'skipped';
  /** What was found, in a sentence. Texts of servers in it may hold control characters. */
  readonly message: string;
  /** What to change, in a sentence. */
  readonly advice?: string;
  /** The conversation of the module's own check with the server: no passwords, no messages. */
  readonly transcript?: readonly string[];
  /** The same for programs. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** The keys that the reader of a pickup directory signs with, where it has the same settings. */
export interface ReaderKeys {
  readonly keys: readonly ResolvedDkimKey[];
  /** Why they cannot be read. */
  readonly problems: readonly MailSettingsProblem[];
}

/** How something is diagnosed. */
export interface DiagnosisOptions {
  /** Ends it at once. */
  readonly signal: AbortSignal;
  /** The name of a setting as the administrator wrote it. */
  readonly named: (key: string) => string;
  /** Called with each step as it ends. */
  readonly onStep: (step: DiagnosisStep) => void;
  /** Called with what is being done, when that may take a while. */
  readonly onProgress: (text: string) => void;
  /** Certificates (PEM) of the authorities that servers are trusted by. @default those that Node.js knows */
  readonly authorities?: readonly string[] | undefined;
  /** Name servers that are asked for the keys of signatures. @default those of this machine */
  readonly nameServers?: readonly string[] | undefined;
  /** Keys that are written beside a pickup directory. @default none */
  readonly readerKeys?: ReaderKeys | undefined;
}
