import { once } from 'node:events';
import { get } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { ArgumentsHost, CallHandler, ExecutionContext, INestApplication } from '@nestjs/common';
import {
  Body,
  Catch,
  Controller,
  ForbiddenException,
  Get,
  HttpException,
  Module,
  Post,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { MailModule, MailService, mailServiceToken } from 'nest-mailroom';
import { MailPreviewModule } from 'nest-mailroom/preview';
import { startApp } from '../support/mail-app.js';
import { RecordingLogger } from '../support/recording-logger.js';
import { rejection } from '../support/rejection.js';
import { ask, KEY, WITH_KEY } from './http-request.js';
import type { PreviewApp } from './preview-app.js';
import { FRAMEWORKS, startPreviewApp, SWITCHED_OFF } from './preview-app.js';

const MESSAGE = { to: 'ann@contoso.com', subject: 'Hello Ann', text: 'How are you?' };

@Controller('users')
class UsersController {
  @Get()
  list(): string[] {
    return ['ann'];
  }
  @Post()
  create(@Body() body: object): object {
    return body;
  }
}

class NobodyPasses {
  canActivate(_context: ExecutionContext): boolean {
    throw new ForbiddenException('the guard of the application');
  }
}
class NothingComesBack {
  intercept(_context: ExecutionContext, _next: CallHandler): never {
    throw new ForbiddenException('the interceptor of the application');
  }
}
@Catch()
class EverythingIsTeapot {
  catch(_error: unknown, host: ArgumentsHost): never {
    host.switchToHttp();
    throw new HttpException('teapot', 418);
  }
}

/** What Helmet and a permissive CORS policy do. */
function strangeHeaders(_request: IncomingMessage, response: ServerResponse, next: () => void): void {
  response.setHeader('Content-Security-Policy', "default-src 'unsafe-inline' *");
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.setHeader('X-Frame-Options', 'ALLOWALL');
  next();
}

let started: PreviewApp | undefined;
afterEach(async () => {
  await started?.close();
  started = undefined;
});

describe.each(FRAMEWORKS)('The preview in an application on %s', framework => {
  it('leads from its path to its first page, which has the navigation', async () => {
    started = await startPreviewApp({ framework });
    for (const path of ['', '/']) {
      const answer = await ask(`${started.url}${path}`);
      expect(answer).toMatchObject({ status: 303, headers: { location: '/mail/mailbox' } });
    }
    const { status, body } = await ask(`${started.url}/mailbox`);
    expect(status).toBe(200);
    expect(body).toContain('<h1>Mailbox</h1>');
    expect(body).toMatch(/<a\s+href="\/mail\/mailbox"\s+aria-current="page"/);
  });

  it('leaves everything else to the application, also what begins alike', async () => {
    started = await startPreviewApp({ framework, controllers: [UsersController] });
    expect(await ask(`${started.origin}/users`)).toMatchObject({ status: 200, body: '["ann"]' });
    const created = await ask(`${started.origin}/users`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"name":"Bob"}',
    });
    expect(created).toMatchObject({ status: 201, body: '{"name":"Bob"}' });
    const taken = await ask(`${started.url}/users`);
    expect(taken.status).toBe(404);
    expect(taken.body).toContain('answers every path below /mail; its option path moves it elsewhere');
    expect((await ask(`${started.origin}/mailing`)).body).toContain('Cannot GET /mailing');
  });

  it('is where its option says, whatever the global prefix is', async () => {
    started = await startPreviewApp({
      framework,
      preview: { path: '/dev/mails/' },
      prepare: app => void app.setGlobalPrefix('api'),
    });
    expect((await ask(`${started.origin}/dev/mails/mailbox`)).status).toBe(200);
    expect((await ask(`${started.origin}/mail/mailbox`)).status).toBe(404);
    expect((await ask(`${started.origin}/api/dev/mails/mailbox`)).status).toBe(404);
  });

  it('is not held up by guards, pipes, interceptors and filters of the application', async () => {
    started = await startPreviewApp({
      framework,
      prepare: app => {
        app.useGlobalGuards(new NobodyPasses());
        app.useGlobalInterceptors(new NothingComesBack());
        app.useGlobalFilters(new EverythingIsTeapot());
        app.useGlobalPipes({ transform: () => undefined });
      },
    });
    expect((await ask(`${started.url}/mailbox`)).status).toBe(200);
    expect((await ask(`${started.url}/nothing`)).status).toBe(404);
  });

  it.each([
    ['before it', (app: INestApplication) => void app.use(strangeHeaders)],
    ['with CORS for all', (app: INestApplication) => app.enableCors({ origin: '*' })],
  ])('keeps its own security headers beside middleware that sets others: %s', async (_, prepare) => {
    started = await startPreviewApp({ framework, prepare });
    const { headers } = await ask(`${started.url}/mailbox`, { headers: { Origin: 'http://127.0.0.1:1' } });
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'nonce-[\w+/=]+'/);
    expect(headers['content-security-policy']).toContain("frame-src 'self'");
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect(headers['x-frame-options']).toBeUndefined();
  });

  it('answers HEAD without a body, and says which methods a page knows', async () => {
    started = await startPreviewApp({ framework });
    const page = await ask(`${started.url}/mailbox`);
    const head = await ask(`${started.url}/mailbox`, { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, body: '' });
    expect(head.headers['content-length']).toBe(page.headers['content-length']);
    const put = await ask(`${started.url}/mailbox`, { method: 'PUT' });
    expect(put).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
    expect(put.body).toContain('This page knows only GET, HEAD.');
    const api = await ask(`${started.url}/api/messages`, { method: 'PATCH' });
    expect(api).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD, DELETE' } });
    expect(JSON.parse(api.body)).toEqual({ error: 'This page knows only GET, HEAD, DELETE.' });
  });

  it.each(['/%', '/mailbox/%E0%A4%A', '/mailbox/../../etc/passwd', '//evil.example/', '/api/nothing'])(
    'answers %s with a page that says that there is none',
    async path => {
      started = await startPreviewApp({ framework });
      const { port } = new URL(started.origin);
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        get({ host: '127.0.0.1', port, path: `/mail${path}`, headers: WITH_KEY }, resolve).on(
          'error',
          reject,
        );
      });
      answer.resume();
      await once(answer, 'end');
      // Fastify itself says 400 to what is no path.
      expect([400, 404]).toContain(answer.statusCode);
    },
  );

  it('does not hold the shutdown with pages that are open', async () => {
    started = await startPreviewApp({ framework });
    const events = await fetch(`${started.url}/events`, { headers: WITH_KEY });
    expect(events.headers.get('content-type')).toContain('text/event-stream');
    const told = events.text();
    await started.mail.send(MESSAGE);
    await started.close();
    started = undefined;
    expect(await told).toMatch(/^retry: \d+\n\n/);
  });

  it('tells open pages of a new mail', async () => {
    started = await startPreviewApp({ framework });
    const events = await fetch(`${started.url}/events`, { headers: WITH_KEY });
    const reader = events.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toContain('retry');
    await started.mail.send(MESSAGE);
    expect((await reader?.read())?.value).toBe('event: mailbox\ndata: changed\n\n');
    await reader?.cancel();
  });
});

describe('The preview module', () => {
  it('leaves a second application on the same port to say so, and goes on in the first', async () => {
    started = await startPreviewApp();
    const port = Number(new URL(started.origin).port);
    expect(await rejection(startPreviewApp({ port }))).toMatchObject({ code: 'EADDRINUSE' });
    expect((await ask(`${started.url}/mailbox`)).status).toBe(200);
  });

  it.each([
    ['Express', () => new ExpressAdapter()],
    ['Fastify', () => new FastifyAdapter()],
  ])(
    'works in an application of a test on %s, whose HTTP server comes after its providers',
    async (_, createAdapter) => {
      const testing = await Test.createTestingModule({
        imports: [SWITCHED_OFF, MailPreviewModule.forRoot({ key: KEY })],
      }).compile();
      const app = testing.createNestApplication<INestApplication>(createAdapter(), { logger: false });
      app.use(strangeHeaders);
      await app.listen(0, '127.0.0.1');
      const { headers, status } = await ask(`${await app.getUrl()}/mail/mailbox`);
      expect(status).toBe(200);
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['access-control-allow-origin']).toBeUndefined();
      await app.close();
    },
  );

  it('refuses to start with NODE_ENV=production, unless the code says so', async () => {
    const before = process.env['NODE_ENV'];
    process.env['NODE_ENV'] = 'production';
    try {
      const error = await rejection(startPreviewApp());
      expect(String(error)).toContain('does not start with NODE_ENV=production');
      expect(String(error)).toContain('allowInProduction: true');
      started = await startPreviewApp({ preview: { allowInProduction: true } });
      expect((await ask(`${started.url}/mailbox`)).status).toBe(200);
    } finally {
      process.env['NODE_ENV'] = before;
    }
  });

  it('says so when it is imported twice', async () => {
    const error = await rejection(
      startPreviewApp({ imports: [MailPreviewModule.forRoot({ path: '/other' })] }),
    );
    expect(String(error)).toContain('MailPreviewModule is imported 2 times');
  });

  it('says so when its path cannot be one', async () => {
    const error = await rejection(startPreviewApp({ preview: { path: 'mail?x' } }));
    expect(String(error)).toContain('The path of the preview must be such as /mail, not "mail?x"');
  });

  it.each([
    ['maxMails', 0],
    ['maxBytes', 1.5],
  ])('says so when %s is %s', async (name, value) => {
    const error = await rejection(startPreviewApp({ preview: { mailbox: { [name]: value } } }));
    expect(String(error)).toContain(`mailbox.${name} must be a whole number above 0, not ${value}`);
  });

  it('says once that there is nothing to show in an application without an HTTP server, and mails go on', async () => {
    const { mail, logger, close } = await startApp(SWITCHED_OFF, MailPreviewModule.forRoot());
    expect(await mail.send(MESSAGE)).toMatchObject({ status: 'suppressed' });
    expect(logger.lines.filter(line => line.includes('has no HTTP server'))).toHaveLength(1);
    await close();
  });

  it('shows the mails of every mailer, whatever the order of imports', async () => {
    const off = { enabled: false, fromAddress: 'no-reply@contoso.com' };
    class TestRoot {}
    Module({
      imports: [
        MailModule.forRoot(off, { name: 'alerts' }),
        MailPreviewModule.forRoot({ key: KEY }),
        MailModule.forRoot(off, { isGlobal: false }),
      ],
    })(TestRoot);
    const app = await NestFactory.create(TestRoot, { logger: new RecordingLogger(), abortOnError: false });
    await app.listen(0, '127.0.0.1');
    for (const token of [MailService, mailServiceToken('alerts')])
      await app.get<MailService>(token, { strict: false }).send(MESSAGE);
    const { body } = await ask(`http://127.0.0.1:${new URL(await app.getUrl()).port}/mail/api/messages`);
    const messages = JSON.parse(body) as { mailer?: string }[];
    expect(messages.map(message => message.mailer).toSorted()).toEqual(['alerts', undefined]);
    await app.close();
  });
});
