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

/** Elements and attributes that single clients bring: a rule for them is for those clients. */
const TARGETED: readonly { readonly selects: RegExp; readonly clients: readonly MailClient[] }[] = [
  // Outlook puts these attributes on elements in dark mode.
  { selects: /\[\s*data-og(?:sc|sb|ac|ab)\b/i, clients: ['outlook-web', 'outlook-apps'] },
  { selects: /^\s*\.ExternalClass\b/i, clients: ['outlook-web'] },
  // Gmail puts <u></u> before what was the body.
  { selects: /^\s*u\s*[+~]/i, clients: ['gmail'] },
  { selects: /\[\s*x-apple-data-detectors\b/i, clients: ['apple-mail'] },
  { selects: /^\s*#MessageViewBody\b/i, clients: ['samsung'] },
  { selects: /^\s*\.moz-text-html\b/i, clients: ['thunderbird'] },
];

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
  const target = TARGETED.find(({ selects }) => selects.test(selector));
  if (target) return { ...scope, only: target.clients, addition: true };
  return scope;
}

/** `@supports` asks for the feature itself, and what stands in `@keyframes` is told with it. */
function isTest(name: string): boolean {
  return name === 'supports' || name.endsWith('keyframes');
}
