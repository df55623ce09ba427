import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { MailModule, MailSettingsError } from 'nest-mailroom';
import { MailTestingModule } from 'nest-mailroom/testing';
import { createCertificateAuthority } from '../support/certificates.js';
import { HttpProxy } from '../support/http-proxy.js';
import { startMailApp } from '../support/mail-app.js';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';
import { RelayApp } from '../support/relay-app.js';
import { runNode } from '../support/run-script.js';

const SETTINGS = { Host: '127.0.0.1', Port: 1, FromAddress: 'a@example.com' };
const MAIL = { to: 'ann@example.com', subject: 's', text: 'x' };
const bench = useMailBench();

/** Everything that a value shows to whoever prints it. */
function shown(value: unknown): string {
  return `${String(value)} ${inspect(value, { depth: 9, showHidden: true })} ${JSON.stringify(value)}`;
}

describe('An application with a proxy does not start', () => {
  it.each<[string, string]>([
    ['127.0.0.1:3128', 'has no scheme; write http://127.0.0.1:3128'],
    ['proxy.example.com', 'has no scheme; write http://proxy.example.com'],
    ['tcp://127.0.0.1:3128', 'has the scheme "tcp", which is none of http, https, socks5'],
    ['http://', 'names no host'],
    ['http://proxy:99999', 'has a port that is no whole number from 1 to 65535'],
    ['http://u:Pa/ss@h:3128', 'holds a "/", "?" or "#" before its "@"'],
    ['http://u:Pa@ss@h:3128', 'holds more than one "@"'],
    ['http://u:Pa%zz@h:3128', 'has a "%" in its password'],
    ['socks5://127.0.0.1:1080', 'names a SOCKS proxy, which needs the package socks: npm install socks'],
    ['socks5h://u:Pass@h', 'npm install socks'],
    ['socks4://h:1080', 'npm install socks'],
  ])('at %s', async (proxy, words) => {
    const error = await rejection(startMailApp(SETTINGS, { smtp: { proxy } }));
    expect(error).toBeInstanceOf(MailSettingsError);
    expect(error).toMatchObject({
      problems: [{ key: 'smtp.proxy', message: expect.stringContaining(words) }],
    });
    expect(shown(error)).not.toMatch(/Pa(?:ss|\/|@|%)/);
  });

  it('whose fallback alone connects, or that is a relay', async () => {
    const folder = bench.folder();
    const pickup = {
      FromAddress: 'a@example.com',
      UseSpecifiedPickupDirectory: true,
      PickupDirectory: folder.path,
    };
    const smtp = { proxy: 'socks5://h' };
    const problems = [{ key: 'smtp.proxy', message: expect.stringContaining('npm install socks') }];
    expect(await rejection(startMailApp(pickup, { smtp, fallback: SETTINGS }))).toMatchObject({ problems });
    const settings = { ...SETTINGS, PickupDirectory: folder.path };
    expect(await rejection(RelayApp.start({ settings, smtp }))).toMatchObject({ problems });
    expect(await rejection(RelayApp.start({ settings, smtp: { proxy: 'h:1' } }))).toMatchObject({
      problems: [{ key: 'smtp.proxy', message: 'has no scheme; write http://h:1' }],
    });
  });

  it('but does where nothing is connected to: with a pickup directory, switched off, in tests', async () => {
    const folder = bench.folder();
    const smtp = { proxy: 'socks5://h' };
    const pickup = { UseSpecifiedPickupDirectory: true, PickupDirectory: folder.path };
    expect((await bench.app({ ...SETTINGS, ...pickup }, { smtp })).mail.via).toBe('pickup');
    expect((await bench.app({ Enabled: false }, { smtp })).mail.via).toBe('none');
    const caught = await bench.appOf(MailTestingModule.forRoot(), MailModule.forRoot(SETTINGS, { smtp }));
    expect((await caught.mail.send(MAIL)).status).toBe('accepted');
  });
});

describe('The login of a proxy', () => {
  it('goes to the proxy decoded, and is shown by no error of a proxy that refuses, is gone, or quotes it', async () => {
    const proxy = await HttpProxy.start();
    bench.closing(proxy);
    const smtp = { proxy: `http://ann:Pa%2Fs%40s%25@${proxy.address}/` };
    const app = await bench.app({ ...SETTINGS, ConnectionTimeout: 1 }, { smtp });
    const basic = Buffer.from('ann:Pa/s@s%').toString('base64');
    const errors: unknown[] = [];
    for (const refuse of ['407 Proxy Authentication Required', `403 ${basic}`, '']) {
      proxy.answer = { refuse };
      errors.push(await rejection(app.mail.send(MAIL)), await rejection(app.mail.verify()));
    }
    expect(proxy.requests[0]).toContain(`Basic ${basic}`);
    await proxy.close();
    errors.push(await rejection(app.mail.send(MAIL)));
    for (const error of errors) {
      expect(error).toMatchObject({ code: 'EMAILCONNECT', phase: 'connect', retryable: true });
      expect(shown(error)).not.toMatch(/Pa\/s@s%|Pa%2Fs/);
      expect(shown(error)).not.toContain(basic);
    }
    expect(app.logger.lines.join('\n')).not.toMatch(/Pa\/s@s%|Pa%2Fs/);
  });

  it('is hidden where a server repeats it', async () => {
    const proxy = await HttpProxy.start();
    bench.closing(proxy);
    const server = await bench.server([{ send: '554 5.7.1 not for s3cret-word\r\n' }]);
    const smtp = { proxy: `http://ann:s3cret-word@${proxy.address}` };
    const app = await bench.app({ ...SETTINGS, Port: server.port, ConnectionTimeout: 1 }, { smtp });
    const error = await rejection(app.mail.send(MAIL));
    expect(error).toMatchObject({ message: expect.stringContaining('not for ***') });
    expect(shown(error)).not.toContain('s3cret-word');
  });

  it('of a cause leaves only name, message, code and system call', async () => {
    const app = await bench.app(SETTINGS, { smtp: { proxy: 'http://ann:s3cret@127.0.0.1:1' } });
    const error = await rejection(app.mail.send(MAIL));
    const cause = error instanceof Error ? error.cause : undefined;
    expect(cause).toMatchObject({ name: 'Error', code: 'ECONNREFUSED', syscall: 'connect' });
    expect(Object.keys(cause ?? {}).toSorted()).toEqual(['code', 'syscall']);
  });

  it('is on no stream of a process, and neither is a warning of Node’s', async () => {
    const script = `
      import 'reflect-metadata';
      import { inspect } from 'node:util';
      import { NestFactory } from '@nestjs/core';
      import { MailModule, MailService } from 'nest-mailroom';
      for (const proxy of ['http://u:Pa/ss@h:3128', 'http://u:Pa%2Fss@127.0.0.1:1', 'socks5://u:Pa%zz@h', 'https://u:Pass@127.0.0.1:1', 'http://u:Pass@h:3128x']) {
        const root = { module: class Root {}, imports: [MailModule.forRoot({ Host: 'h', FromAddress: 'a@b.example' }, { smtp: { proxy } })] };
        try {
          const app = await NestFactory.createApplicationContext(root, { logger: ['error', 'warn', 'log', 'debug', 'verbose'], abortOnError: false });
          await app.get(MailService).send({ to: 'ann@b.example', subject: 's', text: 'x' }).catch(error => console.log(inspect(error, { depth: 9, showHidden: true })));
          await app.close();
        } catch (error) {
          console.log(inspect(error, { depth: 9, showHidden: true }));
        }
      }`;
    const { code, stdout, stderr } = await runNode([
      '--pending-deprecation',
      '--trace-deprecation',
      '--input-type=module',
      '--eval',
      script,
    ]);
    expect(code).toBe(0);
    expect(stderr).not.toMatch(/DEP0|Warning/);
    expect(stdout).toContain('ECONNREFUSED');
    expect(stdout).toContain('holds a "/", "?" or "#" before its "@"');
    expect(stdout + stderr).not.toMatch(/Pa(?:ss|\/|%)/);
  });
});

describe('An https: proxy', () => {
  it('is trusted by the authority of smtp.tls, and refused without it', async () => {
    const authority = createCertificateAuthority();
    const { cert, key } = authority.issue({ hosts: ['127.0.0.1'] });
    const proxy = await HttpProxy.start({ cert, key });
    bench.closing(proxy);
    const sink = await bench.sink();
    const settings = { ...SETTINGS, Port: sink.port };
    const address = `https://ann:s3cret@${proxy.address}`;
    const trusting = await bench.app(settings, { smtp: { proxy: address, tls: { ca: authority.cert } } });
    expect((await trusting.mail.send(MAIL)).status).toBe('accepted');
    expect(proxy.requests[0]).toContain(`Basic ${Buffer.from('ann:s3cret').toString('base64')}`);
    const doubting = await bench.app(settings, { smtp: { proxy: address } });
    const error = await rejection(doubting.mail.send(MAIL));
    expect(error).toMatchObject({ code: 'EMAILCONNECT', message: expect.stringContaining('certificate') });
    expect(shown(error)).not.toContain('s3cret');
    expect(sink.messages).toHaveLength(1);
  });
});
