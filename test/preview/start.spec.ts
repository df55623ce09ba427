import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { MailSettingsError } from 'nest-mailroom';
import type { MailPreviewOptions } from 'nest-mailroom/preview';
import { MailPreviewModule } from 'nest-mailroom/preview';
import { createCertificateAuthority } from '../support/certificates.js';
import { RecordingLogger } from '../support/recording-logger.js';
import { rejection } from '../support/rejection.js';
import { askLocked, KEY } from './http-request.js';
import type { PreviewApp } from './preview-app.js';
import { FRAMEWORKS, startPreviewApp, SWITCHED_OFF } from './preview-app.js';

let started: PreviewApp | undefined;
let other: INestApplication | undefined;
afterEach(async () => {
  await started?.close();
  await other?.close();
  started = undefined;
  other = undefined;
});

const MADE: MailPreviewOptions = { key: undefined };
const AUTHORITY = createCertificateAuthority();
const TLS = AUTHORITY.issue({ hosts: ['localhost', '127.0.0.1'] });
const told = (logger: RecordingLogger): string[] => logger.lines.filter(line => line.includes('/mail'));

describe.each(FRAMEWORKS)('The start of an application on %s', framework => {
  it('prints the address with a key of its own once it listens, and that address opens the preview', async () => {
    started = await startPreviewApp({ framework, preview: MADE });
    const lines = told(started.logger);
    expect(lines).toHaveLength(2);
    const address = /^log Open the mails of this application: (.*)$/.exec(lines[1] ?? '')?.[1] ?? '';
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/mail\?key=[\w-]{32}$/);
    expect(new URL(address).origin).toBe(started.origin);
    expect(lines[0]).toBe(`log The mails of this application are shown at /mail${new URL(address).search}`);
    expect((await askLocked(address)).status).toBe(303);
    const again = await startPreviewApp({ framework, preview: MADE });
    expect(told(again.logger).join()).not.toContain(new URL(address).searchParams.get('key'));
    await again.close();
  });

  it('names localhost where it listens on every address', async () => {
    started = await startPreviewApp({ framework, preview: MADE, listenOn: '0.0.0.0' });
    expect(told(started.logger)[1]).toMatch(/ http:\/\/localhost:\d+\/mail\?key=/);
  });

  it('does not print a key that was chosen', async () => {
    started = await startPreviewApp({ framework });
    expect(told(started.logger)).toEqual([
      'log The mails of this application are shown at /mail?key=***',
      `log Open the mails of this application: ${started.url}?key=***`,
    ]);
    expect(started.logger.lines.join()).not.toContain(KEY);
  });

  it('warns where nobody is asked for a key, and prints none', async () => {
    started = await startPreviewApp({ framework, preview: { allowRemote: true } });
    expect(started.logger.warnings).toEqual([expect.stringContaining('allowRemote asks nobody for a key')]);
    expect(told(started.logger).at(-1)).toBe(`log Open the mails of this application: ${started.url}`);
  });
});

describe('The address that the start prints', () => {
  it.each([
    ['Express', () => new ExpressAdapter()],
    ['Fastify', () => new FastifyAdapter()],
  ])('is the path alone in a test on %s whose server never listens', async (_, createAdapter) => {
    const logger = new RecordingLogger();
    const testing = await Test.createTestingModule({
      imports: [SWITCHED_OFF, MailPreviewModule.forRoot()],
    }).compile();
    other = testing.createNestApplication<INestApplication>(createAdapter(), { logger });
    await other.init();
    expect(told(logger)).toEqual([
      expect.stringMatching(/^log The mails of this application are shown at \/mail\?key=[\w-]{32}$/),
    ]);
  });

  it.each([
    ['Express', () => new ExpressAdapter()],
    ['Fastify', () => new FastifyAdapter({ https: TLS })],
  ])(
    'begins with https where the server of %s speaks TLS, and its cookie is marked for it',
    async (_, create) => {
      class TestRoot {}
      const logger = new RecordingLogger();
      const imports = [SWITCHED_OFF, MailPreviewModule.forRoot()];
      other = await NestFactory.create<INestApplication>({ module: TestRoot, imports }, create(), {
        logger,
        httpsOptions: TLS,
      });
      await other.listen(0, '127.0.0.1');
      const address = / (https:\/\/127\.0\.0\.1:\d+\/mail\?key=[\w-]{32})$/.exec(told(logger)[1] ?? '')?.[1];
      const [answer] = (await once(get(address ?? '', { ca: AUTHORITY.cert }), 'response')) as [
        IncomingMessage,
      ];
      answer.resume();
      expect(answer.statusCode).toBe(303);
      expect(answer.headers['set-cookie']?.[0]).toMatch(/; SameSite=Strict; Secure$/);
    },
  );
});

describe('The options of the preview', () => {
  const problemsOf = async (
    preview: MailPreviewOptions,
  ): Promise<readonly { key: string; message: string }[]> => {
    const error = await rejection(startPreviewApp({ preview }));
    expect(error).toBeInstanceOf(MailSettingsError);
    return error instanceof MailSettingsError ? error.problems : [];
  };

  it.each([
    '',
    'short',
    'x'.repeat(15),
    `${'x'.repeat(20)} y`,
    `${'x'.repeat(20)}\n`,
    `${'é'.repeat(20)}`,
    'x'.repeat(513),
  ])('refuse a key that is none, without showing it: %j', async key => {
    const problems = await problemsOf({ key });
    expect(problems).toEqual([
      { key: 'preview.key', message: expect.stringContaining('16 to 512 visible ASCII characters') },
    ]);
    if (key.length > 3) expect(inspect(problems)).not.toContain(key.trim());
  });

  it('refuse a key that is no text', async () => {
    const options = JSON.parse('{ "key": 1234567890123456, "allowLoopback": "yes" }') as MailPreviewOptions;
    const problems = await problemsOf(options);
    expect(problems.map(({ key }) => key).toSorted()).toEqual(['preview.allowLoopback', 'preview.key']);
  });

  it('take any key of 16 visible characters, also one that an address has to escape', async () => {
    const key = `ab+/=&#%?"<'>wxyz`;
    started = await startPreviewApp({ preview: { key } });
    for (const query of [encodeURIComponent(key), encodeURIComponent(key).replaceAll('%2B', '+')])
      expect((await askLocked(`${started.url}?key=${query}`)).status).toBe(303);
    const headers = { Authorization: `Bearer ${key}` };
    expect((await askLocked(`${started.url}/mailbox`, { headers })).status).toBe(200);
  });

  it('refuse an empty path, as of a variable that is not set: the preview would take the place of the application', async () => {
    expect(await problemsOf({ path: '' })).toEqual([
      { key: 'preview.path', message: expect.stringContaining('must be a text that is not empty') },
    ]);
  });

  it('refuse what contradicts allowRemote', async () => {
    expect(await problemsOf({ allowRemote: true, allowLoopback: true, key: KEY })).toEqual([
      { key: 'preview.key', message: expect.stringContaining('no effect with allowRemote: true') },
      { key: 'preview.allowLoopback', message: expect.stringContaining('no effect with allowRemote: true') },
    ]);
    started = await startPreviewApp({ preview: { allowRemote: true, allowLoopback: false, key: undefined } });
    expect((await askLocked(`${started.url}/mailbox`)).status).toBe(200);
  });

  it('keep the key from whoever prints the providers of the application', async () => {
    started = await startPreviewApp();
    const container: unknown = Reflect.get(started.app, 'container');
    expect(inspect(container, { depth: 12, showHidden: false })).not.toContain(KEY);
  });
});
