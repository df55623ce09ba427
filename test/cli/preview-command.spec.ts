import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { MailSink } from '../support/mail-sink.js';
import type { RunResult } from '../support/run-script.js';
import { runNode } from '../support/run-script.js';
import { TalkingChild } from '../support/talking-child.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

// Every test starts the program.
jest.setTimeout(30_000);

const CLI = join(process.cwd(), 'dist', 'cli', 'main.js');

let folder: TemporaryDirectory;
const children: TalkingChild[] = [];
beforeEach(() => {
  folder = temporaryDirectory();
});
afterEach(async () => {
  for (const child of children.splice(0)) await child.kill();
  folder.remove();
});

const templates = (): string => join(folder.path, 'templates');

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) folder.write(`templates/${name}`, content);
}

const WELCOME = {
  'welcome/subject.en.hbs': 'Welcome {{name}}',
  'welcome/html.en.hbs': '<p>Hello {{name}}</p>',
  'welcome/samples.json': '{ "default": { "name": "Ann" } }',
};

function run(...args: string[]): Promise<RunResult> {
  return runNode([CLI, 'preview', ...args], { cwd: folder.path });
}

interface Running {
  readonly child: TalkingChild;
  /** With a slash at its end. */
  readonly url: string;
  readonly line: string;
}

/** Starts the command on a free port, and waits for its address. */
async function start(...args: string[]): Promise<Running> {
  const child = await TalkingChild.start(process.execPath, [CLI, 'preview', ...args, '--port', '0']);
  children.push(child);
  const line = await child.expectLine();
  const url = /http:\/\/[^\s"]+\//.exec(line)?.[0] ?? '';
  return { child, url, line };
}

async function api({ url }: Running, path = ''): Promise<Record<string, unknown>> {
  return (await (await fetch(`${url}api/templates${path}`)).json()) as Record<string, unknown>;
}

describe('nest-mailroom preview', () => {
  it('explains itself', async () => {
    const help = await run('--help');
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const option of [
      '--port',
      '--host',
      '--culture',
      '--settings',
      '--pickup',
      '--json',
      'samples.json',
    ])
      expect(help.stdout).toContain(option);
  });

  it('says what is wrong with its command line, and which folder is missing', async () => {
    expect(await run()).toMatchObject({ code: 2, stderr: expect.stringMatching(/which folder[^]*Usage/) });
    expect(await run('missing')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: `${join(folder.path, 'missing')} does not exist.\n`,
    });
    const file = folder.write('file.txt', '');
    expect(await run(file)).toMatchObject({ code: 2, stderr: `${file} is no folder of templates.\n` });
    write(WELCOME);
    expect(await run(templates(), '--port', '70000')).toMatchObject({
      code: 2,
      stderr: '--port must be a whole number from 0 to 65535, not 70000.\n',
    });
    expect(await run(templates(), '--culture', '-')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is no culture'),
    });
    expect(await run(templates(), '--settings', 'missing.json')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('missing.json'),
    });
  });

  it('takes nothing for an answer nowhere: a shell variable may be unset', async () => {
    write(WELCOME);
    const refusals = [
      [['', '--port', '0'], 'The name of a folder of templates is empty.\n'],
      [[templates(), '--host', '', '--port', '0'], '--host is empty.\n'],
      [['--pickup', '', '--port', '0'], '--pickup is empty.\n'],
    ] as const;
    for (const [args, stderr] of refusals)
      expect(await run(...args)).toMatchObject({ code: 2, stdout: '', stderr });
  });

  it('says which port another program uses, and how to take another one', async () => {
    write(WELCOME);
    const server = createServer();
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { code, stderr, stdout } = await run(templates(), '--port', String(port));
    server.close();
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`cannot use 127.0.0.1:${port}: another program listens there`);
    expect(stderr).toContain('--port');
    expect(stderr).not.toContain('    at ');
  });

  it('says where the page is, without colours where nobody sees them', async () => {
    write({ ...WELCOME, 'broken/html.en.hbs': '{{#if' });
    const running = await start(templates());
    expect(running.line).toBe(`${running.url}  shows 2 templates, layouts and partials; Ctrl-C ends it.`);
    expect(await running.child.expectLine()).toBe('1 of the files cannot be used; the page says why.');
    const page = await fetch(running.url);
    expect(page.url).toBe(`${running.url}templates`);
    expect(await page.text()).toContain('welcome');
    expect(await api(running, '/welcome')).toMatchObject({ rendered: { subject: 'Welcome Ann' } });
    const json = await start(templates(), '--json');
    expect(JSON.parse(json.line)).toMatchObject({ event: 'started', url: json.url, found: 2, broken: 1 });
  });

  it('warns where others than this machine are answered', async () => {
    write(WELCOME);
    const { child, line } = await start(templates(), '--host', '0.0.0.0');
    expect(line).toContain('http://0.0.0.0:');
    expect(await child.expectLine()).toContain('Whoever can reach this machine can see it');
  });

  it('starts over an empty folder, and shows what comes into it', async () => {
    folder.write('templates/.keep', '');
    const running = await start(templates());
    expect(running.line).toContain('there are none in the folder yet');
    expect(await (await fetch(`${running.url}templates`)).text()).toContain('No template of your own yet');
    write(WELCOME);
    while ((await api(running, '/welcome'))['rendered'] === null) await delay(20);
    expect(await api(running, '/welcome')).toMatchObject({ rendered: { subject: 'Welcome Ann' } });
  });

  it('searches several folders in order, in the default culture that it is given', async () => {
    write({ 't/subject.fr.hbs': 'un', 't/text.fr.hbs': 'un' });
    folder.write('second/t/subject.fr.hbs', 'deux');
    folder.write('second/u/subject.fr.hbs', 'u');
    folder.write('second/u/text.fr.hbs', 'u');
    const running = await start(templates(), join(folder.path, 'second'), '--culture', 'fr');
    expect(await api(running, '/t')).toMatchObject({ culture: 'fr', rendered: { subject: 'un' } });
    expect(await api(running, '/u')).toMatchObject({ rendered: { subject: 'u' } });
  });

  it('ends with Ctrl-C although a browser waits for changes, as if nothing were wrong', async () => {
    write(WELCOME);
    const { child, url } = await start(templates());
    const events = await fetch(`${url}events`);
    expect(events.headers.get('content-type')).toContain('text/event-stream');
    const idle = await fetch(`${url}templates/welcome`);
    await idle.text();
    const ended = events.text().catch(() => '');
    expect(await child.kill('SIGINT')).toEqual({ code: 0, signal: null });
    expect(child.stderr).toBe('');
    expect(await ended).toContain('retry');
  });

  it('takes samples from a module, also from a function, and reads them again when they change', async () => {
    write({
      'esm/subject.hbs': '{{name}}',
      'esm/text.hbs': 'x',
      'esm/samples.mjs': 'export default async () => ({ default: { name: "one" } });',
      'cjs/subject.hbs': '{{name}}',
      'cjs/text.hbs': 'x',
      'cjs/samples.js': 'module.exports = { default: { name: "one" } };',
    });
    const running = await start(templates());
    for (const name of ['esm', 'cjs'])
      expect(await api(running, `/${name}`)).toMatchObject({ problems: [], rendered: { subject: 'one' } });
    write({
      'esm/samples.mjs': 'export default { default: { name: "two, longer" } };',
      'cjs/samples.js': 'module.exports = { default: { name: "two, longer" } };',
    });
    for (const name of ['esm', 'cjs'])
      expect(await api(running, `/${name}`)).toMatchObject({ rendered: { subject: 'two, longer' } });
  });

  it('says what is wrong with a module of samples, and where', async () => {
    write({
      'a/subject.hbs': 's',
      'a/text.hbs': 'x',
      'a/samples.mjs': '\nthrow new Error("no database");',
      'b/subject.hbs': 's',
      'b/text.hbs': 'x',
      'b/samples.mjs': 'export default [1];',
      'c/subject.hbs': 's',
      'c/text.hbs': 'x',
      'c/samples.mjs': 'export default { default: "x" };',
      'd/subject.hbs': 's',
      'd/text.hbs': 'x',
      'd/samples.mjs': 'export default {',
      'e/subject.hbs': 's',
      'e/text.hbs': 'x',
      'e/samples.mjs': 'export default () => new Promise(() => {});',
    });
    const running = await start(templates());
    const problem = async (name: string): Promise<unknown> =>
      ((await api(running, `/${name}`))['problems'] as unknown[])[0];
    expect(await problem('a')).toMatchObject({
      kind: 'samples',
      line: 2,
      message: expect.stringContaining('cannot be used: no database'),
    });
    expect(await problem('b')).toMatchObject({
      message: expect.stringContaining('must export as its default'),
    });
    expect(await problem('c')).toMatchObject({
      message: expect.stringContaining('"default", which is no object'),
    });
    expect(await problem('d')).toMatchObject({ message: expect.stringContaining('Unexpected end of input') });
    expect(await problem('e')).toMatchObject({
      message: expect.stringContaining('no samples within 5 seconds'),
    });
    expect(await api(running, '/a')).toMatchObject({ rendered: { subject: 's' } });
  });

  it('takes samples from TypeScript where Node.js can import it, and else says what to do', async () => {
    write({
      't/subject.hbs': '{{name}}',
      't/text.hbs': 'x',
      't/samples.ts': 'const name: string = "typed"; export default { default: { name } };',
      'package.json': '{ "type": "module" }',
    });
    const stripped = Reflect.get(process.features, 'typescript') === 'strip';
    const told = await api(await start(templates()), '/t');
    const expected = stripped
      ? { rendered: { subject: 'typed' } }
      : {
          problems: [
            { kind: 'samples', message: expect.stringMatching(/does not import TypeScript.*samples\.json/) },
            {},
          ],
        };
    expect(told).toMatchObject(expected);
  });

  it('shows five hundred templates', async () => {
    const files = Array.from({ length: 500 }, (_, index) => [
      [`t${index}/subject.en.hbs`, `Subject ${index}`],
      [`t${index}/html.en.hbs`, '{{#> layouts/page}}<p>Hello {{name}}</p>{{/layouts/page}}'],
      [`t${index}/samples.json`, '{ "default": { "name": "Ann" } }'],
    ]);
    write({ 'layouts/page.html.hbs': '{{> @partial-block}}', ...Object.fromEntries(files.flat()) });
    const running = await start(templates());
    expect(running.line).toContain('shows 501 templates');
    const page = await (await fetch(`${running.url}templates/t499`)).text();
    expect(page.match(/<span class="subject">t\d+</g)).toHaveLength(500);
    expect(await api(running, '/t499')).toMatchObject({ rendered: { html: '<p>Hello Ann</p>' } });
  });
});

describe('nest-mailroom preview --settings', () => {
  it('sends a template to somebody, in its newest state, although another one is broken', async () => {
    const sink = await MailSink.start();
    write({ ...WELCOME, 'broken/html.en.hbs': '{{#if' });
    const settings = { Host: sink.host, Port: sink.port, FromAddress: 'no-reply@contoso.com' };
    const file = folder.write('appsettings.json', JSON.stringify({ MailSettings: settings }));
    const running = await start(templates(), '--settings', file);
    const send = async (): Promise<string> => {
      const body = new URLSearchParams({ to: 'me@contoso.com' });
      return (await fetch(`${running.url}templates/welcome/send`, { method: 'POST', body })).text();
    };
    expect(await send()).toContain('The mail server has accepted it for me@contoso.com');
    write({ 'welcome/subject.en.hbs': 'Hi {{name}}' });
    while ((await send()) && !sink.messages.some(({ raw }) => raw.toString().includes('Subject: Hi Ann')))
      await delay(20);
    expect(sink.messages[0]?.raw.toString()).toContain('Subject: Welcome Ann');
    const messages = (await (await fetch(`${running.url}api/messages`)).json()) as { subject: string }[];
    expect(messages.map(({ subject }) => subject)).toContain('Welcome Ann');
    expect(await running.child.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    await sink.close();
  });

  it('says every problem of the settings before it begins', async () => {
    write(WELCOME);
    const file = folder.write('appsettings.json', '{ "MailSettings": { "Port": "smtp" } }');
    expect(await run(templates(), '--settings', file)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/Port: /),
    });
  });

  it('is what it needs for sending: without it the page says so', async () => {
    write(WELCOME);
    const running = await start(templates());
    const page = await (await fetch(`${running.url}templates/welcome`)).text();
    expect(page).toContain('start the command with --settings FILE');
    expect((await fetch(`${running.url}mailbox`)).status).toBe(404);
    const body = new URLSearchParams({ to: 'me@contoso.com' });
    const answer = await fetch(`${running.url}templates/welcome/send`, { method: 'POST', body });
    expect(await answer.text()).toContain('There is no mailer here');
  });
});

describe('nest-mailroom preview --pickup', () => {
  it('does not begin without the folder, and says which one is missing', async () => {
    write(WELCOME);
    const missing = join(folder.path, 'missing');
    const refused = { code: 2, stdout: '', stderr: `There is no folder ${missing}.\n` };
    expect(await run('--pickup', 'missing', '--port', '0')).toMatchObject(refused);
    expect(await run(templates(), '--pickup', 'missing', '--port', '0')).toMatchObject(refused);
    const file = folder.write('file.txt', '');
    expect(await run('--pickup', file, '--port', '0')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: `${file} is no folder.\n`,
    });
  });

  it('shows the mails that lie in a pickup directory, also without templates', async () => {
    folder.write(
      'pickup/one.eml',
      'From: a@contoso.com\r\nTo: b@contoso.com\r\nSubject: Lies here\r\n\r\nHello\r\n',
    );
    const running = await start('--pickup', join(folder.path, 'pickup'));
    const page = await fetch(running.url);
    expect(page.url).toBe(`${running.url}mailbox`);
    expect(await page.text()).toContain('Lies here');
  });
});
