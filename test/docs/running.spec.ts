import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { MailModule } from '../../lib/core/mail/mail.module.js';
import { MailService } from '../../lib/core/mail/mail.service.js';
import type { TemplateHelper } from '../../lib/core/templates/template-options.js';
import { MailSink } from '../support/mail-sink.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { loadBlock, typeScriptBelow } from './block-module.js';
import { codeBlocks } from './code-blocks.js';
import { codeIn, tableBelow } from './markdown-table.js';
import { page } from './pages.js';

/** Loading a block for the first time compiles what it imports. */
const SETTINGS = { Host: '127.0.0.1', FromAddress: 'no-reply@contoso.com' };

/** What the table of optional variables promises in words. */
const PRINTED: Readonly<Record<string, string>> = {
  'nothing is printed': '[]',
  'the block is printed': '[You have no login yet.]',
  'the other value is printed': '[none]',
};

describe('What the pages say', () => {
  let directory: TemporaryDirectory;
  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => {
    jest.restoreAllMocks();
    directory.remove();
  });

  /** Renders one text in a language. */
  async function rendered(
    template: string,
    context: object,
    { culture = 'en', helpers = {} }: { culture?: string; helpers?: Record<string, TemplateHelper> } = {},
  ): Promise<string> {
    directory.write('templates/one/subject.hbs', 'Subject');
    directory.write('templates/one/html.hbs', template);
    const templates = { directories: [`${directory.path}/templates`], helpers };
    const module = await Test.createTestingModule({
      imports: [MailModule.forRoot(SETTINGS, { templates })],
    }).compile();
    const { html = '' } = await module.get(MailService).render('one', context, { culture });
    await module.close();
    return html;
  }

  it('the quick start sends its mail as it stands, but for the server', async () => {
    Logger.overrideLogger(false);
    const sink = await MailSink.start();
    const said = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    const [block] = typeScriptBelow('README.md', 'Quick start');
    const here = `Host: '${sink.host}', Port: ${sink.port}`;
    await loadBlock(directory, block, code => code.replace("Host: 'smtp.contoso.com'", here));
    await sink.close();
    expect(sink.messages.map(({ envelope }) => envelope)).toEqual([
      { from: 'no-reply@contoso.com', to: ['ann@contoso.com'] },
    ]);
    expect(sink.messages[0]?.raw.toString()).toContain('Subject: Done');
    const [, comment] = /; \/\/ (accepted .*)/.exec(block?.code ?? '') ?? [];
    expect(said.mock.calls).toEqual([[comment]]);
  });

  it('settings come from a file .env alone', async () => {
    const before = new Set(Object.keys(process.env));
    const file = directory.write(
      '.env',
      codeBlocks(page('docs/settings.md')).find(({ language }) => language === 'dotenv')?.code ?? '',
    );
    const block = typeScriptBelow('docs/settings.md', 'Where settings come from').at(-1);
    const { AppModule } = await loadBlock(directory, block, code =>
      code.replace('load: [appsettings()]', `load: [appsettings()], envFilePath: ${JSON.stringify(file)}`),
    );
    const app = await NestFactory.createApplicationContext(AppModule as Type, { logger: false });
    await app.close();
    const added = Object.keys(process.env).filter(name => !before.has(name));
    for (const name of added) delete process.env[name];
    expect(added.toSorted()).toEqual([
      'MailSettings__FromAddress',
      'MailSettings__Host',
      'MailSettings__Password',
      'MailSettings__Username',
    ]);
  });

  it('resolveMailSettings() gives what the comment beside it says', async () => {
    const said = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    const [block] = typeScriptBelow('docs/settings.md', 'What a wrong setting does');
    await loadBlock(directory, block);
    const [, comment = ''] = /; \/\/ (.*)/.exec(block?.code ?? '') ?? [];
    expect(said.mock.calls.map(values => values.join(' '))).toEqual([comment]);
  });

  it('a helper reads the culture of its mail, and may write HTML', async () => {
    const [block] = typeScriptBelow('docs/templates.md', 'Helpers');
    const { money, badge } = (await loadBlock(directory, block)) as Record<string, TemplateHelper>;
    if (!money || !badge) throw new Error('The block exports no helpers');
    const helpers = { money, badge };
    const template = '{{money 3.5 currency="EUR"}} {{badge "a<b"}}';
    expect(await rendered(template, {}, { helpers })).toBe('€3.50 <b class="badge">a&lt;b</b>');
    const french = await rendered(template, {}, { helpers, culture: 'fr' });
    expect(french.replaceAll(/\s/g, ' ')).toBe('3,50 € <b class="badge">a&lt;b</b>');
  });

  it('the built-in helpers take what the table shows', async () => {
    const calls = tableBelow('docs/templates.md', 'Helpers')
      .flatMap(([cell]) => codeIn(cell))
      .filter(call => !call.includes('embed'));
    const context = {
      when: new Date('2030-01-31T18:00:00Z'),
      n: 3,
      url: 'https://contoso.com',
      list: ['a', 'b', 'c'],
      status: 'open',
    };
    expect(calls.length).toBeGreaterThan(9);
    const lines = (await rendered(calls.join('\n'), context)).split('\n');
    expect(lines).toEqual([
      'January 31, 2030',
      expect.stringMatching(/^in \d/),
      '300%',
      '€3.00',
      '3 hours',
      '3 items',
      'a, b, c',
      '…',
      'you',
      'https://contoso.com/',
    ]);
  });

  it.each(
    tableBelow('docs/templates.md', 'Variables').flatMap(([cell, outcome = '']) =>
      codeIn(cell).map(code => [code, outcome] as const),
    ),
  )('of a variable that the context lacks: %s: %s', async (code, outcome) => {
    const [, block] = /^\{\{#(each|with) \w+\}\}$/.exec(code) ?? [];
    const template = block === undefined ? code : `${code}x{{else}}y{{/${block}}}`;
    const result = rendered(`[${template}]`, {});
    if (outcome.startsWith('error'))
      await expect(result).rejects.toMatchObject({
        code: code.includes('lookup') ? 'EMAILTEMPLATEHELPER' : 'EMAILTEMPLATEVARIABLE',
      });
    else expect(await result).toBe(PRINTED[outcome]);
  });

  it.each([{ a: undefined }, { a: null }])('a variable that is there but %j is an error', async context => {
    await expect(rendered('[{{a}}]', context)).rejects.toMatchObject({ code: 'EMAILTEMPLATEVARIABLE' });
  });
});
