import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { atCommandLine, REMEDIES } from '../../lib/core/text/remedies.js';
import type { Certificate } from '../support/certificates.js';
import { createSelfSignedCertificate } from '../support/certificates.js';
import { MailSink } from '../support/mail-sink.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { writeSettings } from './checking.js';
import type { CommandResult, CommandRunOptions } from './command-run.js';
import { CommandRun, runHere } from './command-run.js';

/** What only somebody can do who has the code of an application before them. */
const CODE_ALONE =
  /MailModule|forRoot|forRootAsync|in code|\bthe option [a-z]|\brelay option\b|smtp\.(?!contoso)[a-z]+[A-Z.]|templates\.[a-z]|nest-cli|stateDirectory|badmailDirectory|pollMs|appsettings\(\)/;

let folder: TemporaryDirectory;
let sink: MailSink | undefined;
let selfSigned: Certificate;
beforeAll(() => {
  folder = temporaryDirectory();
  folder.write('pickup/.keep', '');
  folder.write('file.txt', 'x');
  folder.write('helpers/a/subject.hbs', '{{shout name}}');
  folder.write('helpers/a/text.hbs', 'x');
  folder.write('images/a/subject.hbs', 'x');
  folder.write('images/a/html.hbs', '<img src="{{embed "none.png"}}" alt="">');
  folder.write('sheets/a/subject.hbs', 'x');
  folder.write('sheets/a/html.hbs', '<link rel="stylesheet" href="x.css"><p>x</p>');
  selfSigned = createSelfSignedCertificate({ hosts: ['localhost', '127.0.0.1'] });
});
afterEach(async () => {
  await sink?.close();
  sink = undefined;
});
afterAll(() => folder.remove());

function run(args: readonly string[], options: CommandRunOptions = {}): Promise<CommandResult> {
  return runHere(args, { cwd: folder.path, ...options });
}

const SMTP = { Host: '127.0.0.1', Port: 1, FromAddress: 'a@contoso.com', PickupDirectory: 'pickup' };
const MISPLACED = { ...SMTP, templates: { directories: ['x'] }, smtp: {}, template: 'x', name: 'x' };
const { FromAddress: _, PickupDirectory: _folder, ...UNUSABLE } = MISPLACED;
const TO = ['--to', 'ann@contoso.com'];

describe('What a command advises can be done where the command was typed', () => {
  it.each([
    ['check', MISPLACED, ['check'], /take it out of the settings/],
    ['check --json', MISPLACED, ['check', '--json'], /take it out of the settings/],
    ['check of what cannot be used', UNUSABLE, ['check'], /take it out of the settings/],
    ['send-test', MISPLACED, ['send-test', ...TO], /take it out of the settings/],
    ['send-test of what cannot be used', UNUSABLE, ['send-test', ...TO], /take it out of the settings/],
    ['relay', MISPLACED, ['relay', '--once'], /take it out of the settings/],
    ['relay of what cannot be used', UNUSABLE, ['relay', '--once'], /--directory/],
    ['preview', UNUSABLE, ['preview', '--settings', 'appsettings.json', 'sheets'], /take it out of/],
  ])('about an option in code among the settings: %s', async (_name, settings, args, words) => {
    writeSettings(folder, settings);
    const { stdout, stderr } = await run(args);
    expect(`${stdout}${stderr}`).toMatch(words);
    expect(`${stdout}${stderr}`).not.toMatch(CODE_ALONE);
  });

  it.each([
    [
      'helpers',
      ['send-test', ...TO, '--templates', 'helpers', '--template', 'a'],
      /does not know the helpers/,
    ],
    ['a missing folder', ['send-test', ...TO, '--templates', 'none', '--template', 'a'], /Name the folder/],
    ['a template that is not there', ['send-test', ...TO, '--template', 'wilkommen'], /no template/],
    ['an image', ['send-test', ...TO, '--templates', 'images', '--template', 'a'], /Put it into one/],
    ['a missing folder', ['types', 'none'], /none/],
    ['a missing folder', ['templates', 'lint', 'none'], /none/],
    ['a missing folder', ['preview', 'none'], /none/],
    ['style sheets', ['templates', 'lint', 'sheets'], /external-stylesheet/],
    ['helpers', ['templates', 'lint', 'helpers'], /1 template/],
    ['helpers', ['types', 'helpers'], /./],
  ])('about %s: %j', async (_name, args, words) => {
    writeSettings(folder, { ...SMTP, Enabled: false });
    const { stdout, stderr } = await run(args);
    expect(`${stdout}${stderr}`).toMatch(words);
    expect(`${stdout}${stderr}`).not.toMatch(CODE_ALONE);
  });

  it.each([
    ['--concurrency', '0', /^--concurrency must be a whole number from 1 to 1000, not 0\.\n$/],
    ['--concurrency', '1001', /^--concurrency must be a whole number from 1 to 1000, not 1001\.\n$/],
    ['--unconfirmed', '1.5', /^--unconfirmed must be a whole number from 1 to 1000, not 1\.5\.\n$/],
    ['--unconfirmed', 'many', /^--unconfirmed must be a number, not "many"\.\n$/],
    ['--poll', '0.001', /^--poll must be at least 0\.01 seconds, not 0\.001\.\n$/],
    ['--directory', 'none', /- --directory: .*none does not exist/],
    ['--badmail', 'file.txt', /- --badmail: .*file\.txt is not a directory/],
    ['--badmail', 'pickup', /- --badmail: is the pickup directory itself/],
    ['--state', 'pickup', /- --state: is the pickup directory itself/],
  ])('about an option of the relay: %s %s', async (option, value, words) => {
    writeSettings(folder, SMTP);
    const { code, stderr } = await run(['relay', '--once', option, value]);
    expect(code).toBe(2);
    expect(stderr).toMatch(words);
    expect(stderr).not.toMatch(CODE_ALONE);
  });

  it.each([
    ['check', ['check']],
    ['send-test', ['send-test', ...TO]],
  ])('about a certificate that nobody knows: %s', async (_name, args) => {
    sink = await MailSink.start({ tls: 'implicit', certificate: selfSigned });
    writeSettings(folder, {
      ...SMTP,
      Host: 'localhost',
      Port: sink.port,
      SecureSocketOption: 'SslOnConnect',
    });
    const { code, stdout } = await run(args);
    expect(code).toBe(1);
    expect(stdout).toContain('NODE_EXTRA_CA_CERTS');
    expect(stdout).not.toMatch(CODE_ALONE);
  });

  it.each([[['check']], [['send-test', ...TO]]])('about checks that are switched off: %j', async args => {
    writeSettings(folder, SMTP);
    const { stdout } = await run(args, { env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } });
    expect(stdout).toMatch(/not verified.* NODE_EXTRA_CA_CERTS/);
    expect(stdout).not.toMatch(CODE_ALONE);
  });

  it('about the records of a relay that keeps them elsewhere', async () => {
    writeSettings(folder, SMTP);
    folder.write('pickup/.mailroom/relays/.keep', '');
    folder.write('pickup/.mailroom/journal', '');
    const command = new CommandRun(['relay', '--once', '--state', 'state'], { cwd: folder.path });
    const { stdout, stderr } = await command.ended;
    expect(`${stdout}${stderr}`).toContain('ended');
    expect(`${stdout}${stderr}`).not.toMatch(CODE_ALONE);
  });
});

describe('Remedies in the words for a command line', () => {
  it.each(Object.entries(REMEDIES))('take the place of those for code, also in JSON: %s', (_name, remedy) => {
    const said = `It is so; ${remedy.inCode} and so on`;
    expect(atCommandLine(said)).toBe(`It is so; ${remedy.atCommand} and so on`);
    expect(atCommandLine(JSON.stringify({ said }))).toBe(
      JSON.stringify({ said: `It is so; ${remedy.atCommand} and so on` }),
    );
    // A folder of the relay has a name of its own, and an option that says where it is.
    const advice = remedy.atCommand.replace(/stateDirectory(?=.*--state)/, 'the folder');
    expect(advice).not.toMatch(CODE_ALONE);
  });

  it('stand in messages of the core, each', () => {
    const sources = readdirSync('lib', { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.ts') && !name.endsWith('remedies.ts'))
      .map(name => readFileSync(join('lib', name), 'utf8'));
    const unused = Object.keys(REMEDIES).filter(
      name => !sources.some(source => source.includes(`REMEDIES.${name}.inCode`)),
    );
    expect(unused).toEqual([]);
  });
});
