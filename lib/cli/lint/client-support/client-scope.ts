import type { CssAtRule, CssRule } from './css-rules.js';
import type { MailClient } from './mail-client.js';

/** Clients that do not read `@media (prefers-color-scheme)` and other questions about the screen. */
const WIDTH_ONLY: readonly MailClient[] = ['gmail', 'yahoo'];

/** Which clients read a rule at all, and whether it only adds to what stands outside it. */
export interface ClientScope {
  /** Clients that never come to the rule. */
  readonly unread: readonly MailClient[];
  /** The clients that the rule is written for. @default all */
  readonly only?: readonly MailClient[];
  /** Whether the page is meant to do without it. */
  readonly addition: boolean;
}

const EVERYWHERE: ClientScope = { unread: [], addition: false };

/** What stands around a rule says who reads it; undefined where it is not for reading mails on a screen, or tests itself. */
export function scopeWithin(within: readonly CssAtRule[]): ClientScope | undefined {
  if (within.length === 0) return EVERYWHERE;
  if (within.some(({ name, prelude }) => isTest(name) || (name === 'media' && /\bprint\b/i.test(prelude))))
    return undefined;
  const widthOnly = within.every(
    ({ name, prelude }) =>
      name === 'media' && !/prefers-|hover|pointer|pixel-ratio|resolution/i.test(prelude),
  );
  return { unread: ['outlook-windows', ...(widthOnly ? [] : WIDTH_ONLY)], addition: true };
}

/** The same for a rule, whose selector may be one that a single client matches. */
export function scopeOf({ within, selector }: CssRule): ClientScope | undefined {
  const scope = scopeWithin(within);
  if (!scope) return undefined;
  // Outlook puts these attributes on elements in dark mode; Gmail puts <u></u> before what was the body.
  if (/\[\s*data-og(?:sc|sb|ac|ab)\b/i.test(selector))
    return { ...scope, only: ['outlook-web', 'outlook-apps'], addition: true };
  if (/^\s*u\s*[+~]/i.test(selector)) return { ...scope, only: ['gmail'], addition: true };
  return scope;
}

/** `@supports` asks for the feature itself, and what stands in `@keyframes` is told with it. */
function isTest(name: string): boolean {
  return name === 'supports' || name.endsWith('keyframes');
}
