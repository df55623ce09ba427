/** What a token endpoint has answered. */
export interface TokenResponse {
  /** Status of HTTP. */
  readonly status: number;
  /** The fields of the JSON object that it answered with; undefined when it answered with something else. */
  readonly fields: Readonly<Record<string, unknown>> | undefined;
  readonly contentType: string | undefined;
  /** Where it redirects to. */
  readonly location: string | undefined;
  /** Milliseconds after which it wants to be asked again. */
  readonly retryAfterMs: number | undefined;
  /** What it says the time is, in milliseconds since 1970. */
  readonly date: number | undefined;
}

/** A field that is a text; undefined when it is none, or is empty. */
export function textIn(fields: TokenResponse['fields'], name: string): string | undefined {
  const value = fields?.[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A field that is a number of seconds, also as a text, as some endpoints give it. */
export function secondsIn(fields: TokenResponse['fields'], name: string): number | undefined {
  const value = fields?.[name];
  const seconds = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof seconds === 'number' && Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}
