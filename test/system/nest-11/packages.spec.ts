import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import * as common from '@nestjs/common';
import { MailModule, MailService } from 'nest-mailroom';
import { startApp } from '../../support/mail-app.js';
import { runNode } from '../../support/run-script.js';

const ROOT = process.cwd();
const PACKAGES = [
  '@nestjs/common',
  '@nestjs/config',
  '@nestjs/core',
  '@nestjs/platform-express',
  '@nestjs/platform-fastify',
  '@nestjs/terminus',
  '@nestjs/testing',
] as const;
const BUILT = join(ROOT, 'dist/index.js');

/** The version of a package that a file gets here, in Jest. */
function versionFor(file: string, name: string): string {
  return (createRequire(file)(`${name}/package.json`) as { version: string }).version;
}

/** The major version of Nest that a package belongs to; that of @nestjs/config goes its own way. */
const expected = (name: string): RegExp => (name === '@nestjs/config' ? /^4\./ : /^11\./);

describe('Nest 11 is what runs', () => {
  it.each(PACKAGES)('in these tests, and in the files of the package that they test: %s', name => {
    for (const file of [join(ROOT, 'test/e2e/module.spec.ts'), BUILT, join(ROOT, 'lib/index.ts')])
      expect(versionFor(file, name)).toMatch(expected(name));
  });

  it('in the package itself: an application of Nest 11 injects what the package asks Nest for', async () => {
    // Each says so where it has got another copy of Nest than the application runs on.
    const { MailPreviewModule } = await import('nest-mailroom/preview');
    const { app, logger, close } = await startApp(
      MailModule.forRoot({ Host: '127.0.0.1', Port: 1, FromAddress: 'a@contoso.com' }),
      MailPreviewModule.forRoot(),
    );
    expect(logger.warnings).toEqual([]);
    expect(logger.lines.join('\n')).toContain('The mail preview is not shown');
    expect(app.get(MailService)).toBeInstanceOf(MailService);
    await close();
    // Nest 12 has it, and 11 has not.
    expect(Object.keys(common)).not.toContain('StandardSchemaValidationPipe');
  });

  it('in the processes that tests start', async () => {
    const script = `
      import { readFileSync } from 'node:fs';
      const found = [${JSON.stringify(pathToFileURL(BUILT).href)}, ${JSON.stringify(pathToFileURL(join(ROOT, 'test/')).href)}].flatMap(parent =>
        ${JSON.stringify(PACKAGES)}.map(name => import.meta.resolve(name + '/package.json', parent)));
      console.log(JSON.stringify(found.map(url => [url, JSON.parse(readFileSync(new URL(url))).version])));`;
    const { stdout, stderr } = await runNode([
      '--experimental-import-meta-resolve',
      '--input-type=module',
      '-e',
      script,
    ]);
    expect(stderr).toBe('');
    const found = JSON.parse(stdout) as [string, string][];
    expect(found).toHaveLength(2 * PACKAGES.length);
    for (const [url, version] of found) {
      expect(url).toContain('/test/nest-11/node_modules/');
      expect(version).toMatch(expected(url.replace(/^.*node_modules\/(.*)\/package\.json$/, '$1')));
    }
  });
});
