import { normalizeDomain } from '../address/domain-name.js';
import { MailboxSyntaxError, parseMailbox } from '../address/parse-mailbox.js';
import { parseUrl } from '../address/parse-url.js';
import { hiddenWords } from '../redaction/may-be-secret.js';
import { printable } from '../redaction/printable.js';
import { credentialProblem } from './credential-problem.js';

/** Why one value cannot be used; its message completes "Key: …". */
export class SettingValueError extends Error {
  override readonly name = 'SettingValueError';
}

/** Reads one raw value into its type. Throws {@link SettingValueError}. */
export type SettingParser<T> = (value: unknown) => T;

/** Longest delay in seconds that a timer can hold. */
const LONGEST_SECONDS = 2_147_483;

/** A text; a number is taken as its digits, because people who write JSON leave quotes off. */
export const text: SettingParser<string> = value => {
  if (typeof value === 'string') return value;
  // JSON has lost the last digits of a long number, and the zeros at the end of a broken one: a secret would be another.
  if (typeof value === 'number' && !Number.isSafeInteger(value))
    throw new SettingValueError('must be a text in quotes; of a number like this, digits are lost');
  if (typeof value === 'number') return String(value);
  throw new SettingValueError(`must be a text, but is ${kindOf(value)}`);
};

/** A user name or a password; words about it hold nothing of it. Blanks may be part of a password. */
export const credential: SettingParser<string> = value => {
  const written = text(value);
  const problem = credentialProblem(written);
  if (problem !== undefined) throw new SettingValueError(problem);
  return written;
};

/** true or false, also as text. */
export const flag: SettingParser<boolean> = value => {
  if (typeof value === 'boolean') return value;
  const lower = typeof value === 'string' ? value.trim().toLowerCase() : '';
  if (lower === 'true') return true;
  if (lower === 'false') return false;
  throw new SettingValueError(`must be true or false, but is ${shown(value)}`);
};

/** A number within limits, also as text. */
export function number(limits: { min: number; max: number; integer?: boolean }): SettingParser<number> {
  return value => {
    const parsed = typeof value === 'string' && /^\s*-?\d+(?:\.\d+)?\s*$/.test(value) ? Number(value) : value;
    const wanted = `${limits.integer ? 'a whole number' : 'a number'} from ${limits.min} to ${limits.max}`;
    if (typeof parsed !== 'number' || !Number.isFinite(parsed))
      throw new SettingValueError(`must be ${wanted}, but is ${shown(value)}`);
    if (parsed < limits.min || parsed > limits.max || (limits.integer && !Number.isInteger(parsed))) {
      throw new SettingValueError(`must be ${wanted}, but is ${shown(value)}`);
    }
    return parsed;
  };
}

/** A time-out in seconds. */
export function seconds(smallest: number): SettingParser<number> {
  const parse = number({ min: 0, max: LONGEST_SECONDS });
  return value => {
    const parsed = parse(value);
    if (parsed < smallest) throw new SettingValueError(`must be more than 0 seconds, but is ${shown(value)}`);
    return parsed;
  };
}

/** One of a few names, in any case. */
export function oneOf<const T extends string>(allowed: readonly T[]): SettingParser<T> {
  return value => {
    const wanted = typeof value === 'string' ? value.trim().toLowerCase() : undefined;
    const match = allowed.find(name => name.toLowerCase() === wanted);
    if (match === undefined)
      throw new SettingValueError(`must be one of ${allowed.join(', ')}, but is ${shown(value)}`);
    return match;
  };
}

/** Exactly one mailbox, `name <address>` allowed. Returned as written. */
export const mailbox: SettingParser<string> = value => {
  const written = text(value);
  try {
    parseMailbox(written);
  } catch (error) {
    if (!(error instanceof MailboxSyntaxError)) throw error;
    throw new SettingValueError(`is not one valid address: ${shown(written)} ${error.message}`);
  }
  return written.trim();
};

/** Domains separated by `;`, or an array of them; there may be none. */
export const domains: SettingParser<string[]> = value => {
  const items = (Array.isArray(value) ? value : [value]).flatMap(item => text(item).split(';'));
  return items
    .map(item => item.trim())
    .filter(item => item !== '')
    .map(domain);
};

function domain(item: string): string {
  const [, wildcard = '', name = item] = /^(\*\.)?(.*)$/s.exec(item) ?? [];
  const normalized = normalizeDomain(name.replace(/\.$/, ''));
  if (normalized === undefined) {
    throw new SettingValueError(
      `holds ${shown(item)}, which is no domain; write domains such as contoso.com or *.contoso.com, separated by ";"`,
    );
  }
  return `${wildcard}${normalized}`;
}

/** A POSIX file mode; texts are octal. */
export const fileMode: SettingParser<number> = value => {
  const parsed =
    typeof value === 'string' && /^\s*(?:0o)?[0-7]{3,4}\s*$/i.test(value)
      ? Number.parseInt(value.trim().replace(/^0o/i, ''), 8)
      : value;
  if (typeof parsed !== 'number' || !Number.isInteger(parsed) || parsed < 0 || parsed > 0o777) {
    throw new SettingValueError(
      `must be a file mode from "0000" to "0777", written as an octal text such as "0640", but is ${shown(value)}`,
    );
  }
  return parsed;
};

/** A duration `HH:mm:ss` or `d.HH:mm:ss`, as .NET writes a TimeSpan; in seconds. */
export const timeSpan: SettingParser<number> = value => {
  const match =
    typeof value === 'string'
      ? /^\s*(?:(\d{1,7})\.)?(\d{1,2}):([0-5]?\d)(?::([0-5]?\d)(?:\.\d+)?)?\s*$/.exec(value)
      : null;
  const [days, hours, minutes, rest] = (match?.slice(1) ?? []).map(part => Number(part ?? 0));
  const total = (days ?? 0) * 86_400 + (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (rest ?? 0);
  if (!match || total <= 0 || (hours ?? 0) > 23)
    throw new SettingValueError(`must be a duration such as 03:00:00 (HH:mm:ss), but is ${shown(value)}`);
  return total;
};

/** An absolute http(s) address. Returned as written. */
export const absoluteHttpUri: SettingParser<string> = value => {
  const written = text(value).trim();
  const parsed = parseUrl(written);
  if (!parsed || !/^https?:$/.test(parsed.protocol) || !/^https?:\/\//i.test(written)) {
    throw new SettingValueError(
      `must be an absolute address such as https://identity.contoso.com/reset?token=, but is ${shown(value)}`,
    );
  }
  return written;
};

/** Languages, as an array or separated by `;` or `,`; BCP 47 tags, `fr_CA` is `fr-CA`. */
export const cultures: SettingParser<string[]> = value => {
  const items = (Array.isArray(value) ? value : [value]).flatMap(item => text(item).split(/[;,]/));
  const named = items.map(item => item.trim()).filter(item => item !== '');
  if (named.length === 0) throw new SettingValueError('must name at least one language, such as en');
  return named.map(item => {
    try {
      return Intl.getCanonicalLocales(item.replaceAll('_', '-'))[0] ?? item;
    } catch (error) {
      throw new SettingValueError(`holds ${shown(item)}, which is no language tag such as en or fr-CA`, {
        cause: error,
      });
    }
  });
};

/** How a value is shown in a message; only for values that are no secrets. What may be a key is not shown. */
export function shown(value: unknown): string {
  return hiddenWords(value) ?? (typeof value === 'string' ? `"${printable(value)}"` : printable(value));
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return value === null ? 'null' : `of type ${typeof value}`;
}
