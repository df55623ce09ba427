import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ParseError } from 'jsonc-parser';
import { parse } from 'jsonc-parser';
import { lintTemplates } from '../../lib/cli/lint/lint-templates.js';
import { appsettings } from '../../lib/core/settings/appsettings.js';
import { readSettingsFile } from '../../lib/core/settings/json-settings-file.js';
import { readMailSettings } from '../../lib/core/settings/read-mail-settings.js';
import { unreadVariables } from '../../lib/core/settings/unread-variables.js';
import { schemaCheck } from '../support/settings-schema.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import type { CodeBlock } from './code-blocks.js';
import { codeBlocks } from './code-blocks.js';
import { writeNamedFiles } from './named-files.js';
import { allPages } from './pages.js';

/** Linting loads the template engine, which takes long on a machine that is busy. */
/** Languages of the blocks that a test checks, and of those that only show: output and drawings. */
const CHECKED = ['ts', 'js', 'json', 'jsonc', 'sh', 'powershell', 'ini', 'dotenv', 'hbs'];
const SHOWN = ['text', ''];

/** Settings files that sign in with a password leave it to the environment. */
const environmentFor = (code: string): Record<string, string> =>
  code.includes('"Username"') && !code.includes('"OAuth2"') ? { MailSettings__Password: 'secret' } : {};

const check = schemaCheck();
const blocks = allPages().flatMap(codeBlocks);
const inLanguage = (...languages: string[]): (readonly [place: string, block: CodeBlock])[] =>
  blocks.filter(({ language }) => languages.includes(language)).map(block => [block.place, block] as const);
const isTemplateFile = ({ info }: CodeBlock): boolean => /^templates\/.+\.(?:hbs|json)$/.test(info);

describe('Code blocks', () => {
  let directory: TemporaryDirectory;
  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => directory.remove());

  it('are in a language that a test checks, or only show something', () => {
    const others = blocks.filter(({ language }) => ![...CHECKED, ...SHOWN].includes(language));
    expect(others.map(({ place, language }) => `${place} ${language}`)).toEqual([]);
  });

  it.each(inLanguage('json', 'jsonc'))('hold JSON at %s', (_place, { language, code }) => {
    const errors: ParseError[] = [];
    parse(code, errors, { allowTrailingComma: language === 'jsonc', disallowComments: language === 'json' });
    expect(errors).toEqual([]);
  });

  it.each(
    inLanguage('json', 'jsonc').filter(([, { code }]) => /"(?:Mail|PasswordReset)Settings"/.test(code)),
  )('hold settings that the module takes at %s', (_place, { code }) => {
    const file = directory.write('appsettings.json', code);
    writeNamedFiles(directory, code);
    expect(check(readSettingsFile(file))).toEqual([]);
    const { problems, warnings } = readMailSettings(appsettings(file, environmentFor(code))());
    expect({ problems, warnings }).toEqual({ problems: [], warnings: [] });
  });

  it.each(inLanguage('dotenv'))('hold variables that the module takes at %s', (_place, { code }) => {
    const lines = code.trim().split('\n');
    const env = Object.fromEntries(
      lines.map(line => /^(\w+)=(.*)$/.exec(line)?.slice(1) ?? [line, undefined]),
    );
    const file = directory.write('appsettings.json', '{}');
    const { problems, warnings } = readMailSettings(appsettings(file, env)());
    expect({ problems, warnings, unread: unreadVariables(env) }).toEqual({
      problems: [],
      warnings: [],
      unread: [],
    });
  });

  it.each([...new Set(blocks.filter(isTemplateFile).map(({ page }) => page))])(
    'hold templates without a fault on %s',
    async page => {
      const files = blocks.filter(block => block.page === page && isTemplateFile(block));
      for (const { info, code } of files) directory.write(info, code);
      const { findings, templates } = await lintTemplates({
        directories: [join(directory.path, 'templates')],
      });
      expect(templates).toBeGreaterThan(0);
      expect(findings.filter(({ severity }) => severity !== 'hint')).toEqual([]);
    },
  );

  it('hold Handlebars without a syntax error where they are no files of a template', async () => {
    const pieces = inLanguage('hbs').filter(([, block]) => !isTemplateFile(block));
    for (const [, { page, line, code }] of pieces) {
      const folder = `templates/${page.replaceAll(/\W+/g, '-')}-${line}`;
      directory.write(`${folder}/subject.hbs`, 'Subject');
      directory.write(`${folder}/html.hbs`, code);
    }
    directory.write('templates/none/subject.hbs', 'Subject');
    directory.write('templates/none/html.hbs', '<p></p>');
    const { findings, templates } = await lintTemplates({ directories: [join(directory.path, 'templates')] });
    expect(templates).toBe(pieces.length + 1);
    expect(findings.filter(({ rule }) => rule === 'syntax')).toEqual([]);
  });
});
