import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openPage } from '../browser/browser.js';
import type { MailClient } from './mail-clients.js';
import { ANY_CLIENT, OUTLOOK } from './mail-clients.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const IN_PAGE = readFileSync(join(import.meta.dirname, 'in-page.js'), 'utf8');

/** Widths of windows, in pixels. */
export const WIDTHS = [320, 375, 600] as const;
const [SMALLEST_PHONE, , DESKTOP_WIDTH] = WIDTHS;

/** Colours that the reader's system prefers. */
export type Scheme = 'light' | 'dark';

/** What a reader sees of a mail, and what not. */
export interface Reading {
  readonly seen: string;
  readonly hidden: readonly string[];
  readonly links: readonly string[];
}

/** What does not fit into a window. */
export interface Overflow {
  /** So many pixels the reader must scroll to the side for. */
  readonly pixels: number;
  /** The elements that lie beyond an edge of the window. */
  readonly cut: readonly string[];
}

/** How a mail is shown. */
export interface Showing {
  /** Width of the window in pixels. @default 600 */
  readonly width?: number;
  /** @default 'light' */
  readonly scheme?: Scheme;
  /** @default a client that shows all of it */
  readonly client?: MailClient;
}

/** A page of Chromium, cut off from the network, that shows mails one after another. */
export class MailPage {
  readonly #page: Page;
  readonly #close: () => Promise<void>;

  private constructor(page: Page, close: () => Promise<void>) {
    this.#page = page;
    this.#close = close;
  }

  /** Opens a page of its own. */
  static async open(browser: Browser): Promise<MailPage> {
    const { page, close } = await openPage(browser, { offline: true });
    return new MailPage(page, close);
  }

  /** Shows the HTML of a mail. */
  async show(
    html: string,
    { width = DESKTOP_WIDTH, scheme = 'light', client = ANY_CLIENT }: Showing = {},
  ): Promise<void> {
    await this.#page.setViewportSize({ width, height: 800 });
    await this.#page.emulateMedia({ colorScheme: scheme });
    await this.#page.setContent(client.prepare(html));
    await this.#page.evaluate(`window.mailPage = ${IN_PAGE}`);
    if (client === OUTLOOK) await this.#page.evaluate('mailPage.likeWord()');
  }

  /** What does not fit into a window of this width. */
  async overflowAt(width: number): Promise<Overflow> {
    await this.#page.setViewportSize({ width, height: 800 });
    return this.#page.evaluate('mailPage.overflow()');
  }

  /** What axe-core finds in these colours, on a desktop and on a phone, where tables may look otherwise. */
  async accessibilityIn(scheme: Scheme): Promise<string[]> {
    await this.#page.emulateMedia({ colorScheme: scheme });
    if (await this.#page.evaluate('typeof axe === "undefined"')) await this.#page.evaluate(AXE);
    const found: string[][] = [];
    for (const width of [DESKTOP_WIDTH, SMALLEST_PHONE]) {
      await this.#page.setViewportSize({ width, height: 800 });
      found.push(await this.#page.evaluate('mailPage.accessibility()'));
    }
    return [...new Set(found.flat())];
  }

  /** What is read: on a desktop, on a phone or on both. */
  async read(): Promise<Reading> {
    const [desktop, phone] = [await this.#readAt(DESKTOP_WIDTH), await this.#readAt(SMALLEST_PHONE)];
    const seen = `${desktop.seen}\n${phone.seen}`;
    return { seen, hidden: desktop.hidden.filter(text => phone.hidden.includes(text)), links: desktop.links };
  }

  /** A picture of the whole mail, as PNG. */
  async picture(): Promise<Buffer> {
    const { width = DESKTOP_WIDTH } = this.#page.viewportSize() ?? {};
    // As high as the mail: a window that is higher shows what lies below it, too.
    await this.#page.setViewportSize({ width, height: 100 });
    return this.#page.screenshot({ fullPage: true });
  }

  async #readAt(width: number): Promise<Reading> {
    await this.#page.setViewportSize({ width, height: 800 });
    return this.#page.evaluate(
      '({ seen: mailPage.seen(), hidden: mailPage.hidden(), links: mailPage.links() })',
    );
  }

  /** Closes the page. */
  close(): Promise<void> {
    return this.#close();
  }
}
