import { existsSync } from 'node:fs';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { chromium } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';

/** Starts the Chromium of the system; with further arguments of its command line. */
export async function startBrowser(...args: readonly string[]): Promise<Browser> {
  if (!existsSync(CHROMIUM)) {
    throw new Error(
      `The tests in a browser need ${CHROMIUM}; install it, for example: apt-get install chromium`,
    );
  }
  // Without its sandbox, because root has none; what it opens is ours.
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-dev-shm-usage', ...args],
  });
}

/** A page that remembers whatever must not happen in it. */
export interface WatchedPage {
  readonly page: Page;
  /** Dialogs, errors of scripts, messages of errors on the console, and addresses that the page itself was led to. */
  readonly troubles: string[];
  close(): Promise<void>;
}

/** Opens a page of its own. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: DESKTOP, ...options });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('dialog', dialog => {
    troubles.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('pageerror', error => troubles.push(`script: ${error.message}`));
  page.on('console', message => {
    if (message.type() === 'error') troubles.push(`console: ${message.text()}`);
  });
  return { page, troubles, close: () => context.close() };
}

/** Opens a page in a browser that has got in with the key. */
export async function openPreview(
  browser: Browser,
  { opening }: { readonly opening: string },
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const watched = await openPage(browser, options);
  await watched.page.goto(opening);
  // Each test opens for itself what it is about.
  await watched.page.goto('about:blank');
  return watched;
}

/** The window of a desktop. */
export const DESKTOP = { width: 1280, height: 800 };
/** The window of a small phone. */
export const PHONE = { width: 375, height: 720 };
