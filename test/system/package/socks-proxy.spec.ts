import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { MailSink } from '../../support/mail-sink.js';
import { runNode } from '../../support/run-script.js';
import { SocksProxy } from '../../support/socks-proxy.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

const ROOT = process.cwd();
const PEERS = ['@nestjs/common', '@nestjs/core', 'reflect-metadata', 'rxjs'];
const SETTINGS = { Host: '127.0.0.1', FromAddress: 'a@example.com', ConnectionTimeout: 2 };

/** What became of a mail in the child process. */
interface Outcome {
  readonly status?: string;
  /** Everything that an error shows to whoever prints it. */
  readonly shown?: string;
  readonly message?: string;
}

const SCRIPT = `
import 'reflect-metadata';
import { inspect } from 'node:util';
import { NestFactory } from '@nestjs/core';
import { MailModule, MailService } from 'nest-mailroom';
const { settings, proxy, times, abortMs } = JSON.parse(process.argv.at(-1));
const mail = { to: 'ann@example.com', subject: 'Through SOCKS', text: 'x' };
try {
  const root = { module: class Root {}, imports: [MailModule.forRoot(settings, { smtp: { proxy } })] };
  const app = await NestFactory.createApplicationContext(root, { logger: false, abortOnError: false });
  try {
    let receipt;
    const options = abortMs ? { timeoutMs: abortMs } : {};
    for (let time = 0; time < times; time++) receipt = await app.get(MailService).send(mail, options);
    console.log(JSON.stringify({ status: receipt.status }));
  } finally {
    await app.close();
  }
} catch (error) {
  console.log(JSON.stringify({ message: error.message, shown: inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error) }));
}
`;

function npm(cwd: string, ...args: string[]): string {
  return execFileSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

describe('Through a SOCKS proxy, with the package socks installed beside this one', () => {
  let project: TemporaryDirectory;
  const open: { close(): Promise<unknown> }[] = [];
  beforeAll(() => {
    project = temporaryDirectory();
    const [packed] = JSON.parse(
      npm(ROOT, 'pack', '--json', '--ignore-scripts', '--pack-destination', project.path),
    ) as { filename: string }[];
    project.write('package.json', '{ "name": "socks-user", "private": true }');
    npm(
      project.path,
      'install',
      '--legacy-peer-deps',
      '--ignore-scripts',
      '--prefer-offline',
      `./${packed?.filename}`,
      'socks@^2.8.0',
    );
    for (const name of PEERS) {
      const path = join(project.path, 'node_modules', name);
      mkdirSync(join(path, '..'), { recursive: true });
      symlinkSync(join(ROOT, 'node_modules', name), path);
    }
    project.write('send.mjs', SCRIPT);
  });
  afterAll(() => project.remove());
  afterEach(async () => {
    for (const one of open.splice(0).toReversed()) await one.close();
  });

  async function sinkAndProxy(login?: string): Promise<{ sink: MailSink; proxy: SocksProxy }> {
    const sink = await MailSink.start();
    const proxy = await SocksProxy.start(login);
    open.push(sink, proxy);
    return { sink, proxy };
  }

  /** Sends from a process of its own, which must end and say nothing on its standard error. */
  async function send(proxy: string, settings: object, more: object = {}): Promise<Outcome> {
    const input = JSON.stringify({ settings: { ...SETTINGS, ...settings }, proxy, times: 1, ...more });
    const result = await runNode(
      ['--disable-warning=ExperimentalWarning', '--trace-deprecation', join(project.path, 'send.mjs'), input],
      { cwd: project.path, timeoutMs: 60_000 },
    );
    expect(result).toMatchObject({ code: 0, stderr: '' });
    return JSON.parse(result.stdout) as Outcome;
  }

  it('mails reach the server, several over one connection', async () => {
    const { sink, proxy } = await sinkAndProxy();
    expect(await send(`socks5://${proxy.address}`, { Port: sink.port }, { times: 3 })).toEqual({
      status: 'accepted',
    });
    expect(sink.messages).toHaveLength(3);
    expect(proxy.targets).toEqual([`127.0.0.1:${sink.port}`]);
  });

  it('a greeting that comes together with the proxy’s reply is not lost', async () => {
    const { sink, proxy } = await sinkAndProxy();
    proxy.joinsGreeting = true;
    expect(await send(`socks://${proxy.address}`, { Port: sink.port })).toEqual({ status: 'accepted' });
  });

  it('the login is decoded, and the proxy is asked for the host by its name', async () => {
    const { sink, proxy } = await sinkAndProxy('ann:Pa/ss@%');
    const address = `socks5h://ann:Pa%2Fss%40%25@${proxy.address}`;
    expect(await send(address, { Host: 'mail.localhost', Port: sink.port })).toEqual({ status: 'accepted' });
    expect(proxy.logins).toEqual(['ann:Pa/ss@%']);
    expect(proxy.targets).toEqual([`mail.localhost:${sink.port}`]);
  });

  it.each<[string, (proxy: SocksProxy) => string, object]>([
    ['the login is refused', proxy => `socks5://ann:s3cret@${proxy.address}`, {}],
    ['the proxy is not there', () => 'socks5://ann:s3cret@127.0.0.1:1', {}],
    ['the name of the proxy cannot be found', () => 'socks5://ann:s3cret@proxy.invalid', {}],
    ['the send is ended', proxy => `socks5://bob:s3cret@${proxy.address}`, { abortMs: 300 }],
  ])('nothing of the login is shown when %s', async (_, address, more) => {
    const { sink, proxy } = await sinkAndProxy('bob:s3cret');
    proxy.answer = 'silence';
    const { message, shown } = await send(address(proxy), { Port: sink.port }, more);
    expect(message).toMatch(/No way through the proxy of the option smtp\.proxy|longer than 300 ms/);
    expect(shown).not.toContain('s3cret');
    expect(shown).not.toContain(Buffer.from('s3cret').toString('base64'));
    expect(sink.connections).toBe(0);
    expect(proxy.openConnections).toBe(0);
  });

  it('a refusal of the proxy is told, and a proxy that says nothing ends at ConnectionTimeout', async () => {
    const { sink, proxy } = await sinkAndProxy();
    proxy.answer = { refuse: 2 };
    const refused = await send(`socks5://${proxy.address}`, { Port: sink.port });
    expect(refused.message).toMatch(/No way through the proxy .*NotAllowed/);
    proxy.answer = 'silence';
    const silent = await send(`socks5://${proxy.address}`, { Port: sink.port, ConnectionTimeout: 0.3 });
    expect(silent.message).toContain('The proxy did not answer in time');
  });
});
