import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runNode } from '../support/run-script.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const DIST = `${pathToFileURL(join(process.cwd(), 'dist')).href}/`;

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
  async function stepsWith(settings: object): Promise<string[][]> {
    const args = [join(folder.path, 'app.mjs'), `${DIST}index.js`, JSON.stringify(settings)];
    const { stdout, stderr } = await runNode(['--disable-warning=ExperimentalWarning', ...args]);
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

  it('connects nowhere, and so imports no SMTP of nodemailer, where mails are files', async () => {
    folder.write('pickup/.keep', '');
    const steps = await stepsWith({
      UseSpecifiedPickupDirectory: true,
      PickupDirectory: join(folder.path, 'pickup'),
    });
    expect(steps.flat().filter(url => url.includes('smtp-connection'))).toEqual([]);
  });
});
