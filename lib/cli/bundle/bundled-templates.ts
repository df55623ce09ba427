import { messageOf } from '../../core/errors/error-facts.js';
import { DirectoryFolder } from '../../core/templates/files/directory-folder.js';
import { imageTypeOfPath } from '../../core/templates/files/image-path.js';
import { readTemplateText } from '../../core/templates/files/read-template-text.js';
import { isSourcePath, sourcesProblems } from '../../core/templates/files/sources-problems.js';
import { parseTemplatePath } from '../../core/templates/files/template-path.js';
import { readUtf8 } from '../../core/text/utf8.js';

/** A file that goes into no module, and why. */
export interface LeftOutFile {
  /** Absolute path. */
  readonly file: string;
  /** Goes on after the path: `is hidden by one of the same name in …`. */
  readonly reason: string;
}

/** What the files of folders come to as texts of code. */
export interface BundledTemplates {
  /** What the files hold by their paths, sorted. */
  readonly sources: Readonly<Record<string, string>>;
  readonly leftOut: readonly LeftOutFile[];
  /** How many templates there are. */
  readonly templates: number;
}

/** The files of the folders cannot be texts of code. */
export class BundleError extends Error {
  override readonly name = 'BundleError';
}

/**
 * Reads the files of template folders, of which the first that has a file wins, as an application would search them. Line
 * ends become those of Unix, so that the texts are the same on every machine.
 *
 * @param directories absolute paths
 * @throws {@link MailTemplateError} `EMAILTEMPLATEDIRECTORY` or `EMAILTEMPLATESYNTAX` for what cannot be read
 * @throws {@link BundleError} for an image that cannot be read, paths that cannot stand side by side, and one language in several
 *   directories
 */
export function bundledTemplates(directories: readonly string[]): BundledTemplates {
  const sources = new Map<string, string>();
  const owners = new Map<string, string>();
  const leftOut: LeftOutFile[] = [];
  for (const directory of directories) {
    const folder = new DirectoryFolder(directory);
    for (const path of folder.files()) {
      const file = folder.nameOf(path);
      const key = keyOf(path);
      const owner = owners.get(key);
      if (owner !== undefined && isLanguage(path))
        throw new BundleError(
          `${file} and the one in ${owner} both hold words of one language, and an application would use both: put them into one file.`,
        );
      const reason = owner === undefined ? reasonAgainst(path) : `is hidden by the one in ${owner}`;
      if (reason !== undefined) {
        leftOut.push({ file, reason });
        continue;
      }
      owners.set(key, folder.name);
      sources.set(path, textOf(folder, path));
    }
  }
  const sorted = Object.fromEntries([...sources].toSorted(([one], [other]) => (one < other ? -1 : 1)));
  const [problem] = sourcesProblems(sorted);
  if (problem) throw new BundleError(`${problem.path} ${problem.message}.`);
  const names = [...sources.keys()].flatMap(path => parseTemplatePath(path.split('/')) ?? []);
  const templates = new Set(names.filter(({ shared }) => !shared).map(({ name }) => name)).size;
  return { sources: sorted, leftOut, templates };
}

/** What makes two files one and the same to an application: `html.fr_CA.hbs` is `html.fr-ca.hbs`, too. */
function keyOf(path: string): string {
  const name = parseTemplatePath(path.split('/'));
  return name ? `${name.name}|${name.part}|${name.culture}|${name.shared}` : path;
}

function isLanguage(path: string): boolean {
  return /^languages\/[^/]+\.json$/.test(path) && !/^languages\/samples\.json$/i.test(path);
}

function reasonAgainst(path: string): string | undefined {
  if (path.endsWith('.hbs') && !parseTemplatePath(path.split('/')))
    return 'is no part of a template; parts are named subject, html or text, such as html.en.hbs';
  if (/(?:^|\/)samples\.(?:[cm]?[jt]s)$/.test(path))
    return 'is code; only samples.json can go into the module';
  return isSourcePath(path) ? undefined : 'is no template, language, samples.json or image';
}

function textOf(folder: DirectoryFolder, path: string): string {
  const type = imageTypeOfPath(path);
  if (type === undefined) return readTemplateText(folder, path, 'file').replace(/\r\n/g, '\n');
  const octets = octetsOf(folder, path);
  return `data:${type};base64,${(type === 'image/svg+xml' ? withUnixLineEnds(octets) : octets).toString('base64')}`;
}

/** An SVG is a text, whose line ends a checkout may change as it does those of templates; readers of XML take them for the same. */
function withUnixLineEnds(octets: Buffer): Buffer {
  const { text } = readUtf8(octets);
  return text === undefined ? octets : Buffer.from(text.replace(/\r\n/g, '\n'));
}

function octetsOf(folder: DirectoryFolder, path: string): Buffer {
  const file = folder.nameOf(path);
  try {
    const octets = folder.octets(path);
    if (octets) return octets;
  } catch (error) {
    throw new BundleError(`${file} cannot be read: ${messageOf(error)}`, { cause: error });
  }
  throw new BundleError(`${file} cannot be read: it is no file.`);
}
