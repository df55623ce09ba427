import { MailTemplateError } from '../errors/mail-template-error.js';
import { printable } from '../redaction/printable.js';

/** Longest tag that is looked at; RFC 5646 4.4.1 has room for every real one in 35 characters. */
const LONGEST_CULTURE = 100;
const CULTURE = /^[a-z]{2,3}(?:[-_][a-z0-9]{2,8})*$/i;
const RIGHT_TO_LEFT: ReadonlySet<string> = new Set(
  'Adlm Arab Aran Armi Hebr Mand Mani Mend Nkoo Rohg Samr Syrc Syre Syrj Syrn Thaa Yezi'.split(' '),
);

/** Whether a text has the form of a culture name, such as `fr`, `fr-CA` or `zh_Hant`. */
export function isCulture(text: string): boolean {
  return looksLikeCulture(text) && tryCanonical(text) !== undefined;
}

/**
 * Brings a culture name into its BCP 47 form: `fr_ca` becomes `fr-CA`.
 *
 * @throws {@link MailTemplateError} `EMAILTEMPLATENAME` when it is none
 */
export function canonicalCulture(culture: string): string {
  const canonical = looksLikeCulture(culture) ? tryCanonical(culture) : undefined;
  if (canonical === undefined) {
    throw new MailTemplateError(
      'EMAILTEMPLATENAME',
      `"${printable(culture)}" is no culture; use a language tag such as fr or fr-CA`,
    );
  }
  return canonical;
}

function looksLikeCulture(culture: unknown): culture is string {
  return typeof culture === 'string' && culture.length <= LONGEST_CULTURE && CULTURE.test(culture);
}

/** The cultures in which files are looked for, from the wanted one to none: `fr-CA`, `fr`, the default culture, and '' for none. */
export function cultureChain(culture: string, defaultCulture: string): string[] {
  return [...new Set([...languageChain(culture), ...languageChain(defaultCulture), ''])];
}

/** The language of a culture: `fr` of `fr-CA`. */
export function languageOf(culture: string): string {
  return culture.split('-', 1)[0] ?? culture;
}

/** The direction in which a culture writes, which its script decides: `ku` writes Latin letters, `ku-Arab` Arabic ones. */
export function directionOf(culture: string): 'ltr' | 'rtl' {
  const tag = tryCanonical(culture);
  const script = tag === undefined ? undefined : new Intl.Locale(tag).maximize().script;
  return script !== undefined && RIGHT_TO_LEFT.has(script) ? 'rtl' : 'ltr';
}

/** A culture and those that are wider: `pt-BR`, `pt`. */
export function languageChain(culture: string): string[] {
  const tags = culture.split('-');
  return tags.map((_, index) => tags.slice(0, tags.length - index).join('-'));
}

function tryCanonical(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag.replaceAll('_', '-'))[0];
  } catch {
    return undefined;
  }
}
