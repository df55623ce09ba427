/** The API of OpenTelemetry, an optional peer. */
export type OpenTelemetry = typeof import('@opentelemetry/api');

/** Under this symbol OpenTelemetry's API keeps what an SDK registers, whichever copy of the API it uses. */
const REGISTRY = Symbol.for('opentelemetry.js.api.1');

/** What spans and instruments of this package are named by. */
export const TELEMETRY_SCOPE = 'nest-mailroom';

/** Whether an SDK of OpenTelemetry has registered itself: else nobody measures. */
export function isMeasured(): boolean {
  return REGISTRY in globalThis;
}

/** Reaches OpenTelemetry where an SDK has registered itself, and keeps what it throws away from mails. */
export class TelemetryAccess {
  readonly #onProblem: (problem: string) => void;
  #api: Promise<OpenTelemetry | undefined> | undefined;
  #failed = false;

  /** @param onProblem told once when there is an SDK but no API to reach it by, and once when the SDK throws */
  constructor(onProblem: (problem: string) => void) {
    this.#onProblem = onProblem;
  }

  /** The API, imported when it is asked for; undefined when it is not installed. */
  api(): Promise<OpenTelemetry | undefined> {
    return (this.#api ??= this.#import());
  }

  /** Calls the SDK. Nothing that it does may change what becomes of a mail. */
  safely<T>(call: () => T): T | undefined {
    try {
      return call();
    } catch (error) {
      if (!this.#failed) this.#tellOf(error);
      this.#failed = true;
      return undefined;
    }
  }

  #tellOf(error: unknown): void {
    try {
      this.#onProblem(`OpenTelemetry fails; mails may be missing in traces and metrics: ${String(error)}`);
    } catch {
      // A logger that fails has nobody to tell it to.
    }
  }

  async #import(): Promise<OpenTelemetry | undefined> {
    try {
      return await import('@opentelemetry/api');
    } catch {
      this.#onProblem(
        'An OpenTelemetry SDK is registered, but mails are neither traced nor counted: npm install @opentelemetry/api',
      );
      return undefined;
    }
  }
}
