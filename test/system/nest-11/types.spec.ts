import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

const ROOT = process.cwd();
const NEST = { 11: join(ROOT, 'test/nest-11/node_modules'), 12: join(ROOT, 'node_modules') } as const;
type Major = keyof typeof NEST;

const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
};
const folders: TemporaryDirectory[] = [];
afterAll(() => {
  for (const folder of folders) folder.remove();
});

/** Uses every entry of the package as an application does. */
const SOURCE = `
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { HealthCheckService, TerminusModule } from '@nestjs/terminus';
import type { HealthIndicatorResult } from '@nestjs/terminus';
import { InjectMail, MailHook, MailModule, MailService } from 'nest-mailroom';
import type { MailReceipt } from 'nest-mailroom';
import { MailHealthIndicator } from 'nest-mailroom/health';
import { MailPreviewModule } from 'nest-mailroom/preview';
import { MailRelayModule } from 'nest-mailroom/relay';
import { Mailbox, MailTestingModule } from 'nest-mailroom/testing';

class Archive extends MailHook {}

@Controller('health')
class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly mail: MailHealthIndicator,
    @InjectMail('alerts') private readonly alerts: MailService,
  ) {}

  @Get()
  check() {
    return this.health.check([
      (): Promise<HealthIndicatorResult<'mail'>> => this.mail.isHealthy('mail', { maxAgeMs: 600_000 }),
    ]);
  }

  tell(): Promise<MailReceipt> {
    return this.alerts.send({ to: 'ann@contoso.com', subject: 'Hello', text: 'Hello' });
  }
}

@Module({
  imports: [
    TerminusModule,
    MailModule.forRoot({ Host: 'localhost', FromAddress: 'a@contoso.com' }, { hooks: [Archive] }),
    MailModule.fromConfig('Alerts', { name: 'alerts' }),
    MailPreviewModule.forRoot(),
    MailRelayModule.forRoot({ settings: { Host: 'localhost' } }),
    MailTestingModule.forRoot(),
  ],
  controllers: [HealthController],
  providers: [MailHealthIndicator],
})
export class AppModule {}

export async function start(): Promise<Mailbox> {
  const app = await NestFactory.createApplicationContext(AppModule);
  return app.get(Mailbox);
}
`;

/** How applications are compiled, and whether the package of the application is one of ES modules. */
const WAYS = {
  'CommonJS, as Nest generates it': [{ module: 'nodenext', moduleResolution: 'nodenext' }, 'commonjs'],
  'ES modules of Node.js': [{ module: 'nodenext', moduleResolution: 'nodenext' }, 'module'],
  'a bundler': [{ module: 'preserve', moduleResolution: 'bundler' }, 'module'],
} as const;

function application(major: Major, way: keyof typeof WAYS, source = SOURCE): string {
  const folder = temporaryDirectory();
  folders.push(folder);
  const [compiler, type] = WAYS[way];
  const modules = join(folder.path, 'node_modules');
  mkdirSync(join(modules, '@types'), { recursive: true });
  for (const name of ['@nestjs', 'rxjs', 'reflect-metadata'])
    symlinkSync(realpathSync(join(NEST[major], name)), join(modules, name));
  for (const name of [...Object.keys(dependencies), '@types/node'])
    symlinkSync(realpathSync(join(ROOT, 'node_modules', name)), join(modules, name));
  cpSync(join(ROOT, 'dist'), join(modules, 'nest-mailroom/dist'), { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(modules, 'nest-mailroom/package.json'));
  folder.write('package.json', JSON.stringify({ name: 'app', private: true, type }));
  folder.write('app.ts', source);
  const compilerOptions = {
    ...compiler,
    target: 'ES2023',
    lib: ['ES2023'],
    types: ['node'],
    strict: true,
    skipLibCheck: false,
    noEmit: true,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    // Symbolic links: what the folder holds decides, and not where it lies in truth.
    preserveSymlinks: true,
  };
  folder.write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['app.ts'] }));
  return folder.path;
}

/** The errors of a compiler in the application and in the declarations of this package. */
function compile(folder: string, typescript: string): Promise<string[]> {
  const tsc = join(typescript, 'bin/tsc');
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], { cwd: folder }, (error, stdout) => {
      if (error && stdout === '') reject(error);
      else
        resolve(
          stdout.split('\n').filter(line => /^(?:app\.ts|node_modules\/nest-mailroom\/|error)/.test(line)),
        );
    });
  });
}

describe.each<[Major, string]>([
  [11, join(NEST[11], 'typescript')],
  [12, join(NEST[12], 'typescript')],
])('The declarations of the package, with Nest %i and its TypeScript', (major, typescript) => {
  it.each(Object.keys(WAYS) as (keyof typeof WAYS)[])(
    'compile for %s',
    async way => {
      expect(await compile(application(major, way), typescript)).toEqual([]);
    },
    // Several compilers at once.
    300_000,
  );
});

it('The compiler finds what is wrong in an application', async () => {
  const folder = application(
    11,
    'CommonJS, as Nest generates it',
    "import { MailModule } from 'nest-mailroom';\nMailModule.forRoot(1);\n",
  );
  expect(await compile(folder, join(NEST[11], 'typescript'))).toEqual([
    expect.stringMatching(/^app\.ts\(2,\d+\): error TS2345/),
  ]);
}, 300_000);
