import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MailSink } from '../../support/mail-sink.js';
import type { RunResult } from '../../support/run-script.js';
import { runNode } from '../../support/run-script.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

const ROOT = process.cwd();
const PEERS = ['@nestjs/common', '@nestjs/core', '@nestjs/config', 'reflect-metadata', 'rxjs'];

function npm(cwd: string, ...args: string[]): string {
  return execFileSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** The same script for both kinds of module. */
const body = `
  const { NestFactory } = nest;
  const { MailModule, MailService } = mailroom;
  const root = { module: class Root {}, imports: [MailModule.forRoot({ FromAddress: 'a@contoso.com', UseSpecifiedPickupDirectory: true, PickupDirectory: process.argv.at(-1) })] };
  (async () => {
    const app = await NestFactory.createApplicationContext(root, { logger: ['error'] });
    const receipt = await app.get(MailService).sendNotification({ to: 'ann@contoso.com', title: 'Installed', lines: ['It works.'], culture: 'fr' });
    console.log(receipt.status + ' ' + receipt.file);
    await app.close();
  })();
`;

describe('The packed package, installed into an empty project', () => {
  let project: TemporaryDirectory;
  let packed: { filename: string; files: { path: string }[] };
  beforeAll(() => {
    project = temporaryDirectory();
    const [result] = JSON.parse(
      npm(ROOT, 'pack', '--json', '--ignore-scripts', '--pack-destination', project.path),
    ) as (typeof packed)[];
    if (!result) throw new Error('npm pack packed nothing');
    packed = result;
    project.write('package.json', '{ "name": "empty", "private": true }');
    // Without its peers: what the package itself brings is counted.
    npm(
      project.path,
      'install',
      '--legacy-peer-deps',
      '--ignore-scripts',
      '--prefer-offline',
      `./${packed.filename}`,
    );
  });
  afterAll(() => project.remove());

  /** Runs a script of the project; how long that takes is not what is tested. */
  function run(args: readonly string[]): Promise<RunResult> {
    return runNode(['--disable-warning=ExperimentalWarning', ...args], {
      cwd: project.path,
      timeoutMs: 110_000,
    });
  }

  /** Adds a package that is installed here. */
  function add(name: string): void {
    const path = join(project.path, 'node_modules', name);
    mkdirSync(join(path, '..'), { recursive: true });
    if (!existsSync(path)) symlinkSync(join(ROOT, 'node_modules', name), path);
  }

  it('holds the build, the built-in templates, licence and readme, and nothing else', () => {
    const paths = packed.files.map(file => file.path);
    const kinds = new Set(
      paths.map(path =>
        path.startsWith('dist/')
          ? `dist/*.${path
              .split('.')
              .slice(path.endsWith('.d.ts') ? -2 : -1)
              .join('.')}`
          : path,
      ),
    );
    expect([...kinds].toSorted()).toEqual([
      'LICENSE',
      'README.md',
      'appsettings.schema.json',
      'dist/*.d.ts',
      'dist/*.hbs',
      'dist/*.js',
      'dist/*.json',
      'package.json',
    ]);
    expect(paths).toContain('dist/index.js');
    expect(paths).toContain('dist/templates/builtin/languages/fr.json');
    const json = paths.filter(path => path.startsWith('dist/') && path.endsWith('.json'));
    expect(json.filter(path => !path.includes('/languages/')).toSorted()).toEqual([
      'dist/templates/builtin/account-locked/samples.json',
      'dist/templates/builtin/credential-changed/samples.json',
      'dist/templates/builtin/invitation/samples.json',
      'dist/templates/builtin/layouts/mail.samples.json',
      'dist/templates/builtin/notification/samples.json',
      'dist/templates/builtin/password-changed/samples.json',
      'dist/templates/builtin/password-reset-by-administrator/samples.json',
      'dist/templates/builtin/reset-password-one-way/samples.json',
      'dist/templates/builtin/reset-password/samples.json',
      'dist/templates/builtin/verify-address/samples.json',
    ]);
  });

  it('installs at most 25 packages without its peers', () => {
    const lock = JSON.parse(readFileSync(join(project.path, 'node_modules/.package-lock.json'), 'utf8')) as {
      packages: object;
    };
    const count = Object.keys(lock.packages).length;
    expect(count).toBeGreaterThan(3);
    expect(count).toBeLessThanOrEqual(25);
  });

  it.each([
    [
      'import',
      'mjs',
      `import 'reflect-metadata'; import * as nest from '@nestjs/core'; import * as mailroom from 'nest-mailroom';`,
    ],
    [
      'require',
      'cjs',
      `require('reflect-metadata'); const nest = require('@nestjs/core'); const mailroom = require('nest-mailroom');`,
    ],
  ])('is used by %s and finds its templates', async (kind, extension, head) => {
    for (const peer of PEERS) add(peer);
    const folder = join(project.path, `pickup-${kind}`);
    mkdirSync(folder);
    const script = project.write(`main.${extension}`, `${head}\n${body}`);
    const result = await run([script, folder]);
    expect(result.stderr).toBe('');
    expect(result.stdout).toMatch(/^written .+\.eml\n$/);
    const [file = ''] = readdirSync(folder);
    expect(readFileSync(join(folder, file), 'utf8')).toContain('Subject: Installed');

    const relay =
      kind === 'import' ? "await import('nest-mailroom/relay')" : "require('nest-mailroom/relay')";
    const names = project.write(`relay.${extension}`, `console.log(Object.keys(${relay}).sort().join())`);
    const exported = await run([names]);
    expect(exported).toMatchObject({ code: 0, stdout: 'MailRelay,MailRelayModule\n', stderr: '' });
  });

  it('is one and the same for those who import it and those who require it', async () => {
    for (const peer of PEERS) add(peer);
    const script = project.write(
      'twice.mjs',
      `import { createRequire } from 'node:module';
       const require = createRequire(import.meta.url);
       for (const name of ['nest-mailroom', 'nest-mailroom/relay', 'nest-mailroom/queue', 'nest-mailroom/testing', 'nest-mailroom/preview']) {
         const imported = await import(name);
         const required = require(name);
         console.log(name, Object.keys(imported).every(key => imported[key] === required[key]));
       }`,
    );
    const { stdout } = await run([script]);
    expect(stdout.match(/^\S+ true$/gm)).toHaveLength(5);
  });

  it.each([
    ['import', 'mjs', (name: string) => `await import('${name}')`],
    ['require', 'cjs', (name: string) => `require('${name}')`],
  ])(
    'brings a mailbox for tests that is used by %s, and by the mailer of the package itself',
    async (kind, extension, load) => {
      for (const peer of PEERS) add(peer);
      const script = project.write(
        `mailbox-${kind}.${extension}`,
        `(async () => {
           ${load('reflect-metadata')};
           const { NestFactory } = ${load('@nestjs/core')};
           const { MailModule, MailService } = ${load('nest-mailroom')};
           const { MailTestingModule, Mailbox } = ${load('nest-mailroom/testing')};
           const imports = [MailModule.forRoot({ Host: 'smtp.invalid', FromAddress: 'a@contoso.com' }), MailTestingModule.forRoot()];
           const app = await NestFactory.createApplicationContext({ module: class Root {}, imports }, { logger: ['error'] });
           await app.get(MailService).send({ to: 'ann@contoso.com', subject: 'Caught', text: 'text' });
           console.log(app.get(Mailbox).last().subject);
         })();`,
      );
      const caught = await run([script]);
      expect(caught).toMatchObject({ code: 0, stdout: 'Caught\n', stderr: '' });
    },
  );

  it('needs Terminus for its subpath health, and for nothing else', async () => {
    for (const peer of PEERS) add(peer);
    const ask = project.write(
      'health.mjs',
      `import 'reflect-metadata'; import 'nest-mailroom'; import 'nest-mailroom/relay';
       console.log('the rest works');
       console.log(Object.keys(await import('nest-mailroom/health')).join());`,
    );
    const without = await run([ask]);
    expect(without).toMatchObject({ code: 1, stdout: 'the rest works\n' });
    expect(without.stderr).toContain("Cannot find package '@nestjs/terminus'");
    add('@nestjs/terminus');
    const ready = await run([ask]);
    expect(ready).toMatchObject({ code: 0, stdout: 'the rest works\nMailHealthIndicator\n', stderr: '' });
  });

  it('says what to install when style sheets are to be inlined', async () => {
    for (const peer of PEERS) add(peer);
    const ask = project.write(
      'inline.mjs',
      `import 'reflect-metadata'; import { NestFactory } from '@nestjs/core'; import { MailModule } from 'nest-mailroom';
       const module = MailModule.forRoot({ Host: 'localhost', FromAddress: 'a@contoso.com' }, { templates: { inlineCss: true } });
       const root = { module: class Root {}, imports: [module] };
       await NestFactory.createApplicationContext(root, { logger: false, abortOnError: false }).then(app => app.close());
       console.log('started');`,
    );
    const without = await run([ask]);
    expect(without.stderr).toContain('npm install @css-inline/css-inline');
    add('@css-inline/css-inline');
    expect(await run([ask])).toMatchObject({ code: 0, stdout: 'started\n' });
  });

  it('says what to install for a queue, and loads nothing of it elsewhere', async () => {
    for (const peer of PEERS) add(peer);
    const ask = (connection: string): string =>
      project.write(
        'queue.mjs',
        `import 'reflect-metadata'; import { NestFactory } from '@nestjs/core'; import { MailModule, MailService } from 'nest-mailroom';
         import { MailQueueDelivery, MailQueueModule } from 'nest-mailroom/queue';
         const imports = [
           MailQueueModule.forRoot({ connection: ${connection} }),
           MailModule.forRoot({ FromAddress: 'a@contoso.com', Host: 'localhost' }, { delivery: MailQueueDelivery }),
         ];
         const app = await NestFactory.createApplicationContext({ module: class Root {}, imports }, { logger: false, abortOnError: false });
         await app.get(MailService).send({ to: 'ann@contoso.com', subject: 'Queued', text: 'text' });`,
      );
    const redis = await run([ask("'redis://127.0.0.1:1'")]);
    expect(redis).toMatchObject({ code: 1, stdout: '' });
    expect(redis.stderr).toContain('npm install bullmq ioredis');
    const postgres = await run([ask("{ postgres: 'postgres://127.0.0.1:1/mail' }")]);
    expect(postgres.stderr).toContain('npm install bullmq pg');
  });

  it('brings a command that empties a pickup directory', async () => {
    const sink = await MailSink.start();
    try {
      const folder = join(project.path, 'spool');
      project.write('spool/x.eml', 'From: a@contoso.com\r\nTo: ann@contoso.com\r\n\r\nHello\r\n');
      const settings = { MailSettings: { Host: sink.host, Port: sink.port, PickupDirectory: 'spool' } };
      project.write('appsettings.json', JSON.stringify(settings));
      const command = join(project.path, 'node_modules', '.bin', 'nest-mailroom');
      const { stdout } = await promisify(execFile)(command, ['relay', '--once'], { cwd: project.path });
      expect(stdout).toContain('"event":"sent"');
      expect(sink.messages.map(message => message.envelope.to)).toEqual([['ann@contoso.com']]);
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      await sink.close();
    }
  });
});
