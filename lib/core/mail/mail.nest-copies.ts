// By its default export: of a named createRequire webpack warns that it cannot tell what is required.
import nodeModule from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { visible } from '../redaction/printable.js';

/** A package of Nest, as it lies on the disk. */
interface NestCopy {
  readonly version: string;
  readonly folder: string;
}

/** The copies of a package of Nest that meet in one application; undefined where it cannot be told. */
export interface NestCopies {
  readonly name: '@nestjs/core' | '@nestjs/common';
  /** The one that the application runs on. */
  readonly running?: NestCopy;
  /** The one that this package imports. */
  readonly imported?: NestCopy;
}

/** The oldest version that this package is tested on, as its peer range says. */
const OLDEST = { major: 11, minor: 1 };

const NEST_FRAME = /^\s+at (?:.*? \()?(.*[\\/]@nestjs[\\/]core)[\\/]/m;
const FIRST_FRAME = /^\s+at (?:.*? \()?(.*?):\d+:\d+\)?$/m;

/**
 * Finds the copies of `@nestjs/core` and `@nestjs/common`. To be called by what Nest itself calls, a constructor or a
 * factory: which Nest that is stands in the stack, and nowhere else, for its classes are strangers to this package where
 * there are two.
 */
export function nestCopies(): readonly [core: NestCopies, common: NestCopies] {
  const { stack = '' } = new Error('Who calls?');
  const caller = pathOf(NEST_FRAME.exec(stack)?.[1]);
  const self = pathOf(FIRST_FRAME.exec(stack)?.[1]);
  const running = caller === undefined ? undefined : `${caller}/package.json`;
  return [
    { name: '@nestjs/core', running: copyAt(running), imported: copyFor('@nestjs/core', self) },
    {
      name: '@nestjs/common',
      running: copyFor('@nestjs/common', running),
      imported: copyFor('@nestjs/common', self),
    },
  ];
}

/**
 * What is to be said where this package has found another copy of Nest than the application runs on.
 *
 * @param copies those of the package of which there are two
 */
export function twoCopies({ name, running, imported }: NestCopies): string {
  const [first, second] = [running, imported].map(copy =>
    copy ? described(copy) : 'a copy that is not found',
  );
  return (
    `The application runs on ${name} ${first}, and nest-mailroom imports ${name} ${second}: to each the classes of the other are strangers. ` +
    `"npm ls ${name}" shows who asks for which. Ask for one version everywhere and run "npm dedupe"; ` +
    'a package that is linked takes the copy beside its own files, so install it as "npm pack" makes it.'
  );
}

/** Whether both copies are known, and are not one. */
export function differ({ running, imported }: NestCopies): boolean {
  return running !== undefined && imported !== undefined && running.folder !== imported.folder;
}

/** What is to be said of a Nest that is older than those this package is tested on; undefined for all others. */
export function tooOld({ running }: NestCopies): string | undefined {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(running?.version ?? '') ?? [];
  if (running === undefined || major === undefined) return undefined;
  if (Number(major) > OLDEST.major) return undefined;
  if (Number(major) === OLDEST.major && Number(minor) >= OLDEST.minor) return undefined;
  return `nest-mailroom is made for Nest ${OLDEST.major}.${OLDEST.minor} and later, and the application runs on @nestjs/core ${described(running)}. Update Nest: nothing here is tested on that version.`;
}

function described({ version, folder }: NestCopy): string {
  return `${visible(version)} (${visible(folder)})`;
}

function pathOf(place: string | undefined): string | undefined {
  if (place === undefined) return undefined;
  try {
    return place.startsWith('file:') ? fileURLToPath(place) : place;
  } catch {
    return undefined;
  }
}

/** The copy that a file would import. */
function copyFor(name: string, file: string | undefined): NestCopy | undefined {
  if (file === undefined) return undefined;
  try {
    return copyAt(nodeModule.createRequire(file).resolve(`${name}/package.json`));
  } catch {
    // A bundle has no packages beside it.
    return undefined;
  }
}

function copyAt(manifest: string | undefined): NestCopy | undefined {
  if (manifest === undefined) return undefined;
  try {
    const { version } = nodeModule.createRequire(manifest)(manifest) as { version?: unknown };
    return typeof version === 'string' ? { version, folder: dirname(manifest) } : undefined;
  } catch {
    return undefined;
  }
}
