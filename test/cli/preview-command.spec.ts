import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MailSink } from '../support/mail-sink.js';
import { TalkingChild } from '../support/talking-child.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import type { CommandResult } from './command-run.js';
import { CommandRun, runHere } from './command-run.js';

const CLI = join(process.cwd(), 'dist', 'cli', 'main.js');

let folder: TemporaryDirectory;
const runs: CommandRun[] = [];
const children: TalkingChild[] = [];
beforeEach(() => {
  folder = temporaryDirectory();
});
afterEach(async () => {
  for (const command of runs.splice(0)) await command.stop();
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

function run(...args: string[]): Promise<CommandResult> {
  return runHere(['preview', ...args], { cwd: folder.path });
}

/** Where a command listens that is running. */
interface Running {
  /** The root of its pages, with a slash at its end. */
  readonly url: string;
  /** The address that it has printed. */
  readonly opening: string;
  /** What a program sends that has the key in that address. */
  readonly headers: Readonly<Record<string, string>>;
  /** All that it has written so far, in lines. */
  readonly lines: readonly string[];
}

/** Starts the command on a free port, and waits for its address. */
async function start(...args: string[]): Promise<Running> {
  const command = new CommandRun(['preview', ...args, '--port', '0'], { cwd: folder.path });
  runs.push(command);
  await command.untilStdout('\n');
  const lines = command.stdout.trimEnd().split('\n');
  return { lines, ...placeIn(lines[0]) };
}

/** Does the same in a process of its own. */
async function startProcess(...args: string[]): Promise<Running & { readonly child: TalkingChild }> {
  const child = await TalkingChild.start(process.execPath, [CLI, 'preview', ...args, '--port', '0']);
  children.push(child);
  const line = await child.expectLine();
  return { child, lines: [line], ...placeIn(line) };
}

function placeIn(line = ''): Pick<Running, 'url' | 'opening' | 'headers'> {
  const { url = '', key = '' } = /(?<url>http:\/\/[^\s"]+\/)\?key=(?<key>[\w-]+)/.exec(line)?.groups ?? {};
  return { url, opening: `${url}?key=${key}`, headers: { Authorization: `Bearer ${key}` } };
}

async function api({ url, headers }: Running, path = ''): Promise<Record<string, unknown>> {
  return (await (await fetch(`${url}api/templates${path}`, { headers })).json()) as Record<string, unknown>;
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
    expect(running.lines).toEqual([
      `${running.opening}  shows 2 templates, layouts and partials; Ctrl-C ends it.`,
      '1 of the files cannot be used; the page says why.',
    ]);
    expect((await fetch(running.url)).status).toBe(401);
    const page = await fetch(running.url, { headers: running.headers });
    expect(page.url).toBe(`${running.url}templates`);
    expect(await page.text()).toContain('welcome');
    const opened = await fetch(running.opening, { redirect: 'manual' });
    expect(opened.status).toBe(303);
    expect(opened.headers.get('set-cookie')).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(await api(running, '/welcome')).toMatchObject({ rendered: { subject: 'Welcome Ann' } });
    const json = await start(templates(), '--json');
    expect(JSON.parse(json.lines[0] ?? '')).toMatchObject({
      event: 'started',
      url: json.opening,
      found: 2,
      broken: 1,
    });
  });

  it('asks other machines for its key too, and says that they can reach it', async () => {
    write(WELCOME);
    const running = await start(templates(), '--host', '0.0.0.0');
    expect(running.url).toMatch(/^http:\/\/localhost:\d+\/$/);
    expect(running.lines[1]).toContain('Other machines reach it too');
    const local = running.url.replace('localhost', '127.0.0.1');
    expect((await fetch(local)).status).toBe(401);
    expect((await fetch(local, { headers: running.headers })).status).toBe(200);
  });

  it('starts over an empty folder, and shows what comes into it', async () => {
    folder.write('templates/.keep', '');
    const running = await start(templates());
    expect(running.lines[0]).toContain('there are none in the folder yet');
    expect(await (await fetch(`${running.url}templates`, { headers: running.headers })).text()).toContain(
      'No template of your own yet',
    );
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
    const { child, url, headers } = await startProcess(templates());
    const events = await fetch(`${url}events`, { headers });
    expect(events.headers.get('content-type')).toContain('text/event-stream');
    const idle = await fetch(`${url}templates/welcome`, { headers });
    await idle.text();
    const ended = events.text().catch(() => '');
    expect(await child.kill('SIGINT')).toEqual({ code: 0, signal: null });
    expect(child.stderr).toBe('');
    expect(await ended).toContain('retry');
  });

  it('shows five hundred templates', async () => {
    const files = Array.from({ length: 500 }, (_, index) => [
      [`t${index}/subject.en.hbs`, `Subject ${index}`],
      [`t${index}/html.en.hbs`, '{{#> layouts/page}}<p>Hello {{name}}</p>{{/layouts/page}}'],
      [`t${index}/samples.json`, '{ "default": { "name": "Ann" } }'],
    ]);
    write({ 'layouts/page.html.hbs': '{{> @partial-block}}', ...Object.fromEntries(files.flat()) });
    const running = await start(templates());
    expect(running.lines[0]).toContain('shows 501 templates');
    const page = await (await fetch(`${running.url}templates/t499`, { headers: running.headers })).text();
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
    const running = await startProcess(templates(), '--settings', file);
    const send = async (): Promise<string> => {
      const body = new URLSearchParams({ to: 'me@contoso.com' });
      const { url, headers } = running;
      return (await fetch(`${url}templates/welcome/send`, { method: 'POST', headers, body })).text();
    };
    expect(await send()).toContain('The mail server has accepted it for me@contoso.com');
    write({ 'welcome/subject.en.hbs': 'Hi {{name}}' });
    while ((await send()) && !sink.messages.some(({ raw }) => raw.toString().includes('Subject: Hi Ann')))
      await delay(20);
    expect(sink.messages[0]?.raw.toString()).toContain('Subject: Welcome Ann');
    const messages = (await (
      await fetch(`${running.url}api/messages`, { headers: running.headers })
    ).json()) as { subject: string }[];
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
    const { headers } = running;
    const page = await (await fetch(`${running.url}templates/welcome`, { headers })).text();
    expect(page).toContain('start the command with --settings FILE');
    expect((await fetch(`${running.url}mailbox`, { headers })).status).toBe(404);
    const body = new URLSearchParams({ to: 'me@contoso.com' });
    const answer = await fetch(`${running.url}templates/welcome/send`, { method: 'POST', headers, body });
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
    const page = await fetch(running.url, { headers: running.headers });
    expect(page.url).toBe(`${running.url}mailbox`);
    expect(await page.text()).toContain('Lies here');
  });
});

describe('nest-mailroom preview, with samples that are modules', () => {
  // Node.js loads them, not Jest: one process for all of these tests.
  let child: TalkingChild;
  let own: TemporaryDirectory;
  let running: Running;
  let patient: Promise<Record<string, unknown>>;

  const writeOwn = (files: Readonly<Record<string, string>>): void => {
    for (const [name, content] of Object.entries(files)) own.write(name, content);
  };

  beforeAll(async () => {
    own = temporaryDirectory();
    const modules = {
      'templates/esm/samples.mjs': 'export default async () => ({ default: { name: "one" } });',
      'templates/cjs/samples.js': 'module.exports = { default: { name: "one" } };',
      'templates/a/samples.mjs': '\nthrow new Error("no database");',
      'templates/b/samples.mjs': 'export default [1];',
      'templates/c/samples.mjs': 'export default { default: "x" };',
      'templates/d/samples.mjs': 'export default {',
      'templates/e/samples.mjs': 'export default () => new Promise(() => {});',
      'typed/t/samples.ts': 'const name: string = "typed"; export default { default: { name } };',
    };
    for (const file of Object.keys(modules)) {
      const template = file.slice(0, file.lastIndexOf('/'));
      const subject = /^[a-e]$/.test(template.slice('templates/'.length)) ? 's' : '{{name}}';
      writeOwn({ [`${template}/subject.hbs`]: subject, [`${template}/text.hbs`]: 'x' });
    }
    writeOwn({ ...modules, 'typed/package.json': '{ "type": "module" }' });
    const folders = ['templates', 'typed'].map(name => join(own.path, name));
    child = await TalkingChild.start(process.execPath, [CLI, 'preview', ...folders, '--port', '0']);
    const line = await child.expectLine();
    running = { lines: [line], ...placeIn(line) };
    // The preview waits for its five seconds while the other tests run.
    patient = api(running, '/e');
  });
  afterAll(async () => {
    await child.kill();
    own.remove();
  });

  const firstProblem = (answer: Record<string, unknown>): unknown => (answer['problems'] as unknown[])[0];

  it('takes them, also from a function, and reads them again when they change', async () => {
    for (const name of ['esm', 'cjs'])
      expect(await api(running, `/${name}`)).toMatchObject({ problems: [], rendered: { subject: 'one' } });
    writeOwn({
      'templates/esm/samples.mjs': 'export default { default: { name: "two, longer" } };',
      'templates/cjs/samples.js': 'module.exports = { default: { name: "two, longer" } };',
    });
    for (const name of ['esm', 'cjs'])
      expect(await api(running, `/${name}`)).toMatchObject({ rendered: { subject: 'two, longer' } });
  });

  it('takes TypeScript where Node.js can import it, and else says what to do', async () => {
    const stripped = Reflect.get(process.features, 'typescript') === 'strip';
    const expected = stripped
      ? { rendered: { subject: 'typed' } }
      : {
          problems: [
            { kind: 'samples', message: expect.stringMatching(/does not import TypeScript.*samples\.json/) },
            {},
          ],
        };
    expect(await api(running, '/t')).toMatchObject(expected);
  });

  it('says what is wrong with one, and where', async () => {
    const problem = async (name: string): Promise<unknown> => firstProblem(await api(running, `/${name}`));
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
    expect(firstProblem(await patient)).toMatchObject({
      message: expect.stringContaining('no samples within 5 seconds'),
    });
    expect(await api(running, '/a')).toMatchObject({ rendered: { subject: 's' } });
  });
});
