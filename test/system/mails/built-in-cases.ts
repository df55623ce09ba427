import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BUILT_IN_TEXTS } from '../../../lib/core/templates/files/built-in-texts.js';
import { readJsonSamples } from '../../../lib/core/templates/files/samples-json.js';
import { TemplateCatalog } from '../../../lib/core/templates/files/template-catalog.js';
import { templateFolders } from '../../../lib/core/templates/files/template-folders.js';

/** A built-in mail in a language, with one of its sample contexts. */
export interface MailCase {
  readonly mail: string;
  /** BCP 47 tag. */
  readonly culture: string;
  readonly sample: string;
  readonly context: object;
}

/** A built-in mail in a language, with all of its samples. */
export interface MailInLanguage {
  readonly mail: string;
  readonly culture: string;
  readonly cases: readonly MailCase[];
}

/** The template directory of an application that has added a language written from right to left. */
const ADDED_LANGUAGES = join(import.meta.dirname, '../../support/languages');
/** The template directories of the application whose mails are looked at. */
export const DIRECTORIES: readonly string[] = [ADDED_LANGUAGES].filter(path => existsSync(path));

/** When the samples of the built-in mails say that they are sent. */
const SAMPLES_SENT = Date.parse('2030-01-31T18:30:00Z');
const DATE_TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/**
 * The samples of a built-in mail, as if they were sent today: what ends within three hours says so, and not within years. Each mail has
 * some, because what has none is looked at by nobody.
 */
export function samplesOf(mail: string): readonly { readonly name: string; readonly context: object }[] {
  const { samples, problems } = readJsonSamples(Buffer.from(BUILT_IN_TEXTS[`${mail}/samples.json`] ?? ''));
  if (samples.length === 0 || problems.length > 0) throw new Error(`${mail} has no samples that can be read`);
  return samples.map(({ name, context }) => ({
    name,
    context: Object.fromEntries(Object.entries(context).map(([key, value]) => [key, sentToday(value)])),
  }));
}

function sentToday(value: unknown): unknown {
  if (typeof value !== 'string' || !DATE_TIME.test(value)) return value;
  return new Date(Date.parse(value) - SAMPLES_SENT + Date.now()).toISOString();
}

/** Every built-in mail in every language that the package or the application has: what the catalog holds, and no list. */
export function everyMailInEveryLanguage(): MailInLanguage[] {
  const { files } = TemplateCatalog.load(templateFolders({ directories: DIRECTORIES }), undefined);
  const templates = files.filter(({ shared }) => !shared);
  const mails = new Set(templates.filter(({ builtIn }) => builtIn).map(({ name }) => name));
  const cultures = new Set(templates.map(({ culture }) => culture).filter(culture => culture !== ''));
  const speaks = (mail: string, culture: string): boolean =>
    templates.some(file => file.name === mail && file.culture === culture);
  return [...mails].toSorted().flatMap(mail =>
    [...cultures]
      .toSorted()
      .filter(culture => speaks(mail, culture))
      .map(culture => ({
        mail,
        culture,
        cases: samplesOf(mail).map(({ name, context }) => ({ mail, culture, sample: name, context })),
      })),
  );
}
