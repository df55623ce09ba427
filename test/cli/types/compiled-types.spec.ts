import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { declarationFile } from '../../../lib/cli/types/declaration-file.js';
import { analyseTemplates } from '../../../lib/cli/types/inference/analyse-templates.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import type { LineError } from './compiler.js';
import { Compiler } from './compiler.js';

// The compiler reads Nest's types each time.
jest.setTimeout(120_000);

const TEMPLATES = {
  'welcome/subject.en.hbs': 'Welcome, {{displayName}}',
  'welcome/html.en.hbs': '<p>{{#if login}}{{login}}{{/if}} {{formatDate since}} {{link homeUrl}}</p>',
  'welcome/html.fr.hbs': '<p>{{greeting}}</p>',
  'digest/subject.hbs': '{{plural count one="# mail" other="# mails"}}',
  'digest/text.hbs':
    '{{#each items}}{{title}}{{#each tags}}{{this}}{{/each}}{{/each}}{{#with owner}}{{name}}{{/with}}',
  'thread/subject.hbs': 'Thread',
  'thread/text.hbs': '{{#each comments}}{{> comment}}{{/each}}',
  'partials/comment.text.hbs': '{{text}}{{#if replies}}{{#each replies}}{{> comment}}{{/each}}{{/if}}',
  'plain/subject.hbs': 'Plain',
  'plain/text.hbs': '{{#if name}}{{name}}{{/if}}',
  'open/subject.hbs': 'Open',
  'open/text.hbs': '{{> (lookup . "kind")}}',
  'broken/subject.hbs': 'Broken',
  'broken/text.hbs': '{{#if',
};

const HEAD = `import type { MailHook, MailMessage, MailService, MailTemplateContext, MailTemplateName, TemplateMailMessage } from 'nest-mailroom';
declare const mail: MailService;
declare const name: MailTemplateName;
declare const message: MailMessage;
interface Digest { count: number; items: { title: string; tags: string[]; id: number }[]; owner: { name: string } }
declare const digest: Digest;
interface Anything { kind: string; other: number }
declare const anything: Anything;
`;

const TO = "to: 'ann@contoso.com'";
const WELCOME = "displayName: 'Ann', since: new Date(), homeUrl: 'https://contoso.com/', greeting: 'Bonjour'";

/** Lines that compile. */
const RIGHT = [
  `void mail.send({ ${TO}, template: 'welcome', context: { ${WELCOME} } });`,
  `void mail.send({ ${TO}, template: 'welcome', context: { ${WELCOME}, login: null } });`,
  `void mail.send({ ${TO}, template: 'welcome', context: { ${WELCOME}, login: 'ann' }, culture: 'fr' });`,
  `void mail.send({ ${TO}, template: 'digest', context: digest });`,
  `void mail.send({ ${TO}, template: 'thread', context: { comments: [{ text: 'a', replies: [{ text: 'b' }] }] } });`,
  `void mail.send({ ${TO}, template: 'plain' });`,
  `void mail.send({ ${TO}, template: 'plain', context: { name: 'Ann' } });`,
  `void mail.send({ ${TO}, template: 'open', context: { kind: 'x', more: 1 } });`,
  `void mail.send({ ${TO}, template: 'open', context: anything });`,
  `void mail.send({ ${TO}, template: 'broken' });`,
  `void mail.send({ ${TO}, template: 'broken', context: { any: 1 } });`,
  `void mail.send({ ${TO}, template: 'notification', context: { title: 't', lines: ['l'] } });`,
  `void mail.send({ ${TO}, template: 'reset-password', context: { displayName: 'Ann', resetUrl: 'https://x/', expiresAt: new Date() } });`,
  `void mail.send({ ${TO}, template: 'reset-password-one-way', context: { displayName: 'Ann', password: 'x', mustChange: true } });`,
  `void mail.send({ ${TO}, template: 'password-changed', context: { displayName: 'Ann', changedAt: '2026-01-01' } });`,
  `void mail.sendNotification({ ${TO}, title: 't', lines: ['l'] });`,
  `void mail.sendResetPassword({ ${TO}, displayName: 'Ann', token: 'x' });`,
  `void mail.send({ ${TO}, subject: 's', text: 't' });`,
  `void mail.render('welcome', { ${WELCOME} }, { culture: 'fr' });`,
  `void mail.render('plain', {});`,
  `void mail.send(message);`,
  `export const notify = (to: string, message: TemplateMailMessage): unknown => mail.send({ ...message, to });`,
  `export const either = (yes: boolean): MailMessage => (yes ? { template: 'plain' } : { subject: 's', text: 'x' });`,
  `export const context: MailTemplateContext<'digest'> = digest;`,
  `export const hook: MailHook['beforeSend'] = sent => ({ ...sent, headers: { 'X-Team': 'a' } });`,
  `export const seen: MailHook['beforeSend'] = sent => (sent.template === 'welcome' ? { ...sent, context: { ...sent.context, login: 'x' } } : sent);`,
];

/** Lines that do not compile, and what the compiler says. */
const WRONG: readonly (readonly [line: string, message: RegExp])[] = [
  [
    `void mail.send({ ${TO}, template: 'welcom', context: { ${WELCOME} } });`,
    /'"welcom"' is not assignable.*Did you mean '"welcome"'/,
  ],
  [
    `void mail.send({ ${TO}, template: 'welcome', context: { displayName: 'Ann', since: 1, homeUrl: 'x' } });`,
    /'greeting' is missing.* but required/,
  ],
  [
    `void mail.send({ ${TO}, template: 'welcome', context: { ${WELCOME}, logn: 'x' } });`,
    /'logn' does not exist/,
  ],
  [`void mail.send({ ${TO}, template: 'welcome' });`, /'context' is missing.* but required/],
  [
    `void mail.send({ ${TO}, template: 'welcome', context: { ${WELCOME.replace('new Date()', 'true')} } });`,
    /'boolean' is not assignable to type 'DateValue'/,
  ],
  [
    `void mail.send({ ${TO}, template: 'digest', context: { ...digest, items: [{ title: 't' }] } });`,
    /'tags' is missing/,
  ],
  [
    `void mail.send({ ${TO}, template: 'digest', context: { ...digest, count: '3' } });`,
    /'string' is not assignable to type 'NumberValue'/,
  ],
  [
    `void mail.send({ ${TO}, template: 'thread', context: { comments: [{ text: 'a', replies: [{ txt: 'b' }] }] } });`,
    /'txt' does not exist/,
  ],
  [`void mail.send({ ${TO}, template: 'open', context: { more: 1 } });`, /'kind' is missing/],
  [`void mail.send({ ${TO}, template: 'notification', context: { lines: ['t'] } });`, /'title' is missing/],
  [
    `void mail.send({ ${TO}, template: 'reset-password', context: { displayName: 'Ann' } });`,
    /missing the following properties.*resetUrl, expiresAt/,
  ],
  [
    `void mail.send({ ${TO}, template: 'welcome', context: { ${WELCOME} }, html: '<p>x</p>' });`,
    /'string' is not assignable to type 'undefined'/,
  ],
  [`void mail.send({ ${TO}, template: name, context: {} });`, /is not assignable/],
  [`void mail.render('welcom', {});`, /'"welcom"' is not assignable/],
  [`void mail.render('digest', { count: 1 });`, /missing the following properties.*items, owner/],
];

const compiler = new Compiler();
let directory: TemporaryDirectory;
beforeAll(() => {
  directory = temporaryDirectory();
  for (const [file, source] of Object.entries(TEMPLATES)) directory.write(`templates/${file}`, source);
  const analysis = analyseTemplates([join(directory.path, 'templates')]);
  directory.write('mail-templates.d.ts', declarationFile(analysis, directory.path));
});
let temporary: TemporaryDirectory;
beforeAll(() => {
  temporary = temporaryDirectory();
});
afterAll(() => {
  directory.remove();
  temporary.remove();
});

describe('With the generated file', () => {
  let errors: LineError[];
  beforeAll(() => {
    directory.write('use.ts', [HEAD, ...RIGHT, ...WRONG.map(([line]) => line)].join('\n'));
    errors = compiler.compile(directory, ['use.ts', 'mail-templates.d.ts']);
  });

  it.each(RIGHT)('this compiles: %s', line => {
    expect(errors.filter(error => error.line === line)).toEqual([]);
  });

  it.each(WRONG)('this does not: %s', (line, message) => {
    const said = errors.filter(error => error.line === line).map(error => error.message);
    expect(said.join('\n')).toMatch(message);
  });

  it('nothing else is said', () => {
    const lines: readonly string[] = WRONG.map(([line]) => line);
    expect(errors.filter(({ line }) => !lines.includes(line))).toEqual([]);
  });
});

describe('The generated file adds to the package', () => {
  it.each([
    ['nodenext', true],
    ['nodenext', false],
    ['bundler', true],
    ['bundler', false],
  ] as const)('with module resolution %s and skipLibCheck %s', (resolution, skipLibCheck) => {
    const [wrong = ''] = WRONG[0] ?? [];
    // Their types, too, must be right when the names are known.
    const subpaths = ['relay', 'health', 'testing'].map(
      name => `import type {} from 'nest-mailroom/${name}';`,
    );
    directory.write('few.ts', [...subpaths, HEAD, RIGHT[0], wrong].join('\n'));
    const errors = compiler.compile(directory, ['few.ts', 'mail-templates.d.ts'], {
      resolution,
      skipLibCheck,
    });
    expect(errors.map(({ line }) => line)).toEqual([...new Set(errors.map(() => wrong))]);
    expect(errors.length).toBeGreaterThan(0);
  });
});

describe('Without the generated file', () => {
  it('any name and any object will do, and the context may be left out', () => {
    const lines = [
      `void mail.send({ ${TO}, template: 'anything' });`,
      `void mail.send({ ${TO}, template: 'anything', context: { a: 1 } });`,
      `void mail.send({ ${TO}, template: String(1), context: digest });`,
      `void mail.send({ ${TO}, template: 'notification', context: {} });`,
      `void mail.render('anything', {});`,
      `void mail.render(String(1), digest, { culture: 'fr' });`,
      `void mail.send({ ${TO}, template: name });`,
    ];
    directory.write('untyped.ts', [HEAD, ...lines].join('\n'));
    expect(compiler.compile(directory, ['untyped.ts'])).toEqual([]);
  });
});

describe('The built-in mails', () => {
  it('take the contexts that the package says they take', () => {
    // Given as an application's own, so that their types are those that are found, and not those that are written.
    const { path } = temporary;
    const analysis = analyseTemplates([join(process.cwd(), 'lib', 'core', 'templates', 'builtin')]);
    temporary.write('found.d.ts', declarationFile(analysis, path));
    const names = analysis.templates.map(({ name }) => name);
    const lines = names.map(
      name => `declare const given${names.indexOf(name)}: BuiltInMailTemplates['${name}'];
export const found${names.indexOf(name)}: MailTemplates['${name}'] = given${names.indexOf(name)};`,
    );
    temporary.write(
      'built-in.ts',
      `import type { BuiltInMailTemplates, MailTemplates } from 'nest-mailroom';\n${lines.join('\n')}`,
    );
    expect(names).toEqual([
      'account-locked',
      'credential-changed',
      'invitation',
      'notification',
      'password-changed',
      'password-reset-by-administrator',
      'reset-password',
      'reset-password-one-way',
      'verify-address',
    ]);
    expect(compiler.compile(temporary, ['built-in.ts', 'found.d.ts'])).toEqual([]);
  });
});
