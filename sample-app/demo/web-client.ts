/** What the Server answered. */
export interface WebAnswer {
  readonly status: number;
  readonly body: string;
}

/** Talks to the Server as browsers and programs do, with real HTTP requests. */
export class WebClient {
  /**
   * @param timeoutMs how long one answer may take
   * @param stop ends every request
   */
  constructor(
    private readonly base: string,
    private readonly timeoutMs: number,
    private readonly stop: AbortSignal,
  ) {}

  /** Fetches a page or endpoint; `address` may be relative to the Server. */
  get(address: string | URL, accept: 'text/html' | 'application/json'): Promise<WebAnswer> {
    return this.#ask(address, { headers: { accept } });
  }

  /** Posts a form. */
  post(
    address: string,
    form: Readonly<Record<string, string>>,
    accept: 'text/html' | 'application/json',
  ): Promise<WebAnswer> {
    return this.#ask(address, { method: 'POST', headers: { accept }, body: new URLSearchParams(form) });
  }

  async #ask(address: string | URL, init: RequestInit): Promise<WebAnswer> {
    const signal = AbortSignal.any([this.stop, AbortSignal.timeout(this.timeoutMs)]);
    const response = await fetch(new URL(address, this.base), { ...init, redirect: 'manual', signal });
    return { status: response.status, body: await response.text() };
  }
}
