import { isUint8Array } from 'node:util/types';
import { visible } from '../../redaction/printable.js';
import { isDataUrl, readDataUrl } from './data-url.js';
import { IMAGE_EXTENSIONS, imageTypeOfPath } from './image-path.js';

/** What is wrong with an entry of the option `templates.sources`. */
export interface SourcesProblem {
  /** Its path, safe to print; empty when it is about all of them. */
  readonly path: string;
  /** Completes "templates.sources.path …". */
  readonly message: string;
}

/** Most problems that are told one by one: somebody has passed another object by mistake. */
const MOST_TOLD = 10;
/** Most characters of a path that a problem shows. */
const LONGEST_SHOWN = 120;
/** No file system takes longer ones. */
const LONGEST_PATH = 1024;
const EXAMPLE = 'such as welcome/html.fr.hbs';
const KNOWN = `known are *.hbs, languages/*.json, samples.json and images (${IMAGE_EXTENSIONS})`;

/** What is wrong with the option `templates.sources`, an object of which nothing is known yet. */
export function sourcesProblems(sources: Readonly<Record<string, unknown>>): SourcesProblem[] {
  const problems: SourcesProblem[] = [];
  const seen = new Map<string, string>();
  for (const [path, text] of Object.entries(sources)) {
    const key = path.normalize('NFC').toLowerCase();
    const twin = seen.get(key);
    if (twin === undefined) seen.set(key, path);
    const message =
      faultOfPath(path) ??
      (twin === undefined
        ? faultOfText(path, text)
        : `is there twice: ${shown(twin)} differs from it by ${differenceOf(path, twin)} only`);
    if (message !== undefined) problems.push({ path: shown(path), message });
  }
  const more = problems.length - MOST_TOLD;
  if (more <= 0) return problems;
  return [
    ...problems.slice(0, MOST_TOLD),
    { path: '', message: `has ${more} more entries that cannot be used` },
  ];
}

function faultOfPath(path: string): string | undefined {
  if (path === '') return `has an empty path; a path below a folder of templates is wanted, ${EXAMPLE}`;
  const reason = reasonAgainst(path);
  if (reason !== undefined)
    return `is no path below a folder of templates: it ${reason}; write it ${EXAMPLE}`;
  return isSourcePath(path) ? undefined : `is no file of templates; ${KNOWN}`;
}

/** Whether a file of this path is read at all: a template, a language, samples or an image. */
export function isSourcePath(path: string): boolean {
  return path.endsWith('.hbs') || isJson(path) || imageTypeOfPath(path) !== undefined;
}

/** In what two paths differ that some file systems take for one. */
function differenceOf(one: string, other: string): string {
  return one.toLowerCase() === other.toLowerCase()
    ? 'case'
    : 'the Unicode form of its letters (NFC, NFD) or their case';
}

function reasonAgainst(path: string): string | undefined {
  if (path.length > LONGEST_PATH) return `has more than ${LONGEST_PATH} characters`;
  if (path.includes('\\')) return 'holds a backslash, and folders are parted by /';
  if (/^(?:\/|[A-Za-z]:|file:)/.test(path)) return 'is absolute';
  if (/[\p{Cc}\p{Cs}]/u.test(path)) return 'holds a control character';
  const segments = path.split('/');
  if (segments.includes('..')) return 'leaves the folder by ".."';
  if (segments.includes('.')) return 'has a segment "."';
  return segments.includes('') ? 'has an empty segment' : undefined;
}

function isJson(path: string): boolean {
  return /^languages\/[^/]+\.json$/.test(path) || /(?:^|[/.])samples\.json$/.test(path);
}

function faultOfText(path: string, text: unknown): string | undefined {
  if (typeof text !== 'string') return `must be a text, but is ${kindOf(text)}`;
  const type = imageTypeOfPath(path);
  if (type !== undefined) return faultOfImage(type, text);
  if (/^data:[\w.+/-]*(?:;[\w=-]+)*,/i.test(text))
    return 'must be the text of the file, but is a data URL; let the bundler load such files as text';
  return /\p{Cs}/u.test(text) ? 'holds half a character (a surrogate without its other half)' : undefined;
}

function faultOfImage(type: string, text: string): string | undefined {
  const wanted = `must be a data URL such as data:${type};base64,…`;
  const image = readDataUrl(text);
  if (!image)
    return `${wanted}, but is ${isDataUrl(text) ? 'one that is cut off, or no base64' : 'another text'}`;
  if (image.octets.length === 0) return `${wanted}, but is one that holds nothing`;
  const named = image.type === 'image/jpg' ? 'image/jpeg' : image.type;
  return named === type ? undefined : `${wanted}, but is one of ${visible(named).slice(0, 40) || 'no type'}`;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'a list';
  return isUint8Array(value) ? 'octets' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function shown(path: string): string {
  return visible(path.length > LONGEST_SHOWN ? `${path.slice(0, LONGEST_SHOWN)}…` : path);
}
