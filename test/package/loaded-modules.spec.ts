import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runNode } from '../support/run-script.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const DIST = `${pathToFileURL(join(process.cwd(), 'dist')).href}/`;

/** What a module of the build imports: `from 'x'`, `import 'x'`, `import('x')`. */
const IMPORTED = /\b(?:from |import |import\()'((?:\.{1,2}\/)*[@\w][\w./:@-]*)'/g;

/** Writes the address of each module that is imported. */
const HOOKS = `
import { writeSync } from 'node:fs';
export async function load(url, context, next) {
  writeSync(1, url + '\\n');
  return next(url, context);
}`;

/** An application that says where it is, between the modules that it loads. */
const SCRIPT = `
import { writeSync } from 'node:fs';
import { createRequire, register } from 'node:module';
import { pathToFileURL } from 'node:url';
const require = createRequire(process.argv[2]);
const ofRoot = name => import(pathToFileURL(require.resolve(name)).href);
await ofRoot('reflect-metadata');
const { NestFactory } = await ofRoot('@nestjs/core');
register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(HOOKS)}));
const step = name => writeSync(1, '# ' + name + '\\n');
const { MailModule, MailService } = await import(process.argv[2]);
step('imported');
const settings = JSON.parse(process.argv[3]);
const app = await NestFactory.createApplicationContext(
  { module: class {}, imports: [MailModule.forRoot({ FromAddress: 'no-reply@contoso.com', ...settings })] },
  { logger: ['error', 'warn'] },
);
step('started');
await app.get(MailService).sendNotification({ to: 'ann@contoso.com', title: 't', lines: ['l'] }).catch(() => {});
step('sent');
for (const path of Object.keys(require.cache)) if (/handlebars/.test(path)) writeSync(1, pathToFileURL(path).href + '\\n');
await app.close();
`;

describe('What is loaded of the package', () => {
  let folder: TemporaryDirectory;
  beforeAll(() => {
    folder = temporaryDirectory();
    folder.write('app.mjs', SCRIPT);
  });
  afterAll(() => folder.remove());

  /** The modules that each step has loaded, without those of Node.js. */
  async function stepsWith(settings: object, flags: readonly string[] = []): Promise<string[][]> {
    const args = [join(folder.path, 'app.mjs'), `${DIST}index.js`, JSON.stringify(settings)];
    const { stdout, stderr } = await runNode([...flags, '--disable-warning=ExperimentalWarning', ...args]);
    if (stderr !== '') throw new Error(stderr);
    const steps = stdout
      .split(/^# .*\n/m)
      .map(text => text.split('\n').filter(url => url.startsWith('file:')));
    expect(steps).toHaveLength(4);
    return steps;
  }

  const ofPackage = (urls: readonly string[], name: string): string[] =>
    urls.filter(url => url.includes(`/node_modules/${name}/`));

  it('is few files for an import and a start, and nothing of nodemailer or Handlebars before a mail needs it', async () => {
    const [imported = [], started = [], sent = []] = await stepsWith({ Host: '127.0.0.1', Port: 9 });
    for (const urls of [imported, started])
      expect([...ofPackage(urls, 'nodemailer'), ...ofPackage(urls, 'handlebars')]).toEqual([]);
    const own = (urls: readonly string[]): number => urls.filter(url => url.startsWith(DIST)).length;
    expect(own(imported)).toBeLessThanOrEqual(6);
    expect(own(started)).toBeLessThanOrEqual(2);
    expect(ofPackage(sent, 'nodemailer')).not.toEqual([]);
    expect(ofPackage(sent, 'handlebars')).not.toEqual([]);
  });

  it('is no compiler of Handlebars where all mails are built-in ones', async () => {
    const [, , , behind = []] = await stepsWith({ Host: '127.0.0.1', Port: 9 });
    expect(ofPackage(behind, 'handlebars')).not.toEqual([]);
    expect(behind.filter(url => url.includes('/compiler/'))).toEqual([]);
  });

  it('runs where Node.js makes no code of texts, where all mails are built-in ones', async () => {
    folder.write('pickup/.keep', '');
    const settings = { UseSpecifiedPickupDirectory: true, PickupDirectory: join(folder.path, 'pickup') };
    await stepsWith(settings, ['--disallow-code-generation-from-strings']);
    const [mail = ''] = readdirSync(settings.PickupDirectory).filter(name => name.endsWith('.eml'));
    expect(readFileSync(join(settings.PickupDirectory, mail), 'utf8')).toMatch(/^Subject: t\r$/m);
  });

  it('says of which release it is, by which bundles know what has checked them', () => {
    const { version }: { version: string } = JSON.parse(readFileSync('package.json', 'utf8'));
    const code = readdirSync('dist')
      .filter(name => name.endsWith('.js'))
      .map(name => readFileSync(join('dist', name), 'utf8'));
    expect(code.flatMap(text => /PACKAGE_RELEASE = "([^"]*)"/.exec(text)?.[1] ?? [])).toEqual([version]);
  });

  it('connects nowhere, and so imports no SMTP of nodemailer, where mails are files', async () => {
    folder.write('pickup/.keep', '');
    const steps = await stepsWith({
      UseSpecifiedPickupDirectory: true,
      PickupDirectory: join(folder.path, 'pickup'),
    });
    expect(steps.flat().filter(url => url.includes('smtp-connection'))).toEqual([]);
  });

  it.each([
    ['index.js', []],
    ['relay/index.js', []],
    ['health/index.js', ['@nestjs/terminus']],
    ['testing/index.js', []],
    ['preview/index.js', []],
    ['queue/index.js', ['bullmq', 'ioredis', 'pg']],
  ])(
    'leads from %s to no package for another subpath, which a bundler would look for: %j',
    (entry, wanted) => {
      const others = ['@nestjs/terminus', 'bullmq', 'ioredis', 'pg'];
      expect(others.filter(name => packagesReachedFrom(entry).has(name))).toEqual(wanted);
    },
  );
});

/** The packages that an entry may import, now or later, as a bundler finds them. */
function packagesReachedFrom(entry: string): ReadonlySet<string> {
  const packages = new Set<string>();
  const files = new Set([new URL(entry, DIST).href]);
  for (const file of files)
    for (const [, name = ''] of readFileSync(new URL(file), 'utf8').matchAll(IMPORTED))
      if (/^\.{1,2}\//.test(name)) files.add(new URL(name, file).href);
      else packages.add(name);
  return packages;
}
