import { describe, expect, it } from '@jest/globals';
import { calledPartials, mayCall } from '../../../lib/cli/types/inference/called-partials.js';
import { checkWords } from '../../../lib/core/templates/files/check-words.js';
import { TemplateCatalog } from '../../../lib/core/templates/files/template-catalog.js';
import type { TemplateFile } from '../../../lib/core/templates/files/template-file.js';
import { TEMPLATE_PARTS } from '../../../lib/core/templates/files/template-file.js';
import { templateFolders } from '../../../lib/core/templates/files/template-folders.js';
import { parseTemplate } from '../../../lib/core/templates/parsing/parse-template.js';

const shared = (name: string): TemplateFile => ({
  name,
  part: 'html',
  culture: '',
  shared: true,
  file: `t/${name}.html.hbs`,
  source: '',
  builtIn: false,
});

/** What the parser takes for names of partials: none that an expression says, and no block of a caller. */
function parsedNames(file: TemplateFile): string[] {
  return parseTemplate(file)
    .partials.map(({ name }) => name)
    .toSorted();
}

/** The same, as they are found without it, but for those that a template defines itself. */
function namesInText(file: TemplateFile): string[] {
  const { inline } = parseTemplate(file);
  return calledPartials(file.source)
    .flatMap(name => (name === undefined || name.startsWith('@') || inline.has(name) ? [] : [name]))
    .toSorted();
}

describe('The partials that a template calls are found in its text', () => {
  const catalog = TemplateCatalog.load(templateFolders(), checkWords);
  const builtIn = catalog.files;
  const cultures = ['de', 'en', 'es', 'fr', 'it', 'nl', 'pl', 'pt', 'sv'];
  const words = cultures.flatMap(culture =>
    TEMPLATE_PARTS.flatMap(part => [...catalog.words(part, [culture]).values()]),
  );

  it('in every built-in template, partial and word as the parser finds them', () => {
    expect([builtIn.length > 200, words.length > 1000]).toEqual([true, true]);
    const differ = [...builtIn, ...words].filter(
      file => namesInText(file).join() !== parsedNames(file).join(),
    );
    expect(differ.map(({ file, name }) => `${file} ${name}`)).toEqual([]);
    expect(builtIn.flatMap(namesInText)).toContain('layouts/mail');
    expect(words.flatMap(namesInText)).toContain('date-time');
  });

  it.each([
    ['{{> a}}{{>b}}{{~>c~}}{{#> d}}{{/d}}{{~#>e}}{{/e}}', ['a', 'b', 'c', 'd', 'e']],
    ['{{> a.b/c x=1}}{{> a-b ctx}}{{> \n f}}', ['a.b/c', 'a-b', 'f']],
    [`{{> "a b"}}{{> 'c'}}{{> [d e]}}`, ['a b', 'c', 'd e']],
    ['{{> (lookup . "a")}}', [undefined]],
    ['{{> @partial-block}}{{> 1}}', ['@partial-block', '1']],
    ['{{a}}{{#if b}}{{/if}}{{#*inline "c"}}{{/inline}} > d', []],
  ])('%s', (source, names) => {
    expect(calledPartials(source)).toEqual(names);
    const file = { ...shared('t'), source };
    expect(namesInText(file)).toEqual(parsedNames(file));
  });

  it.each([
    ['button', true],
    ['layouts/mail', true],
    // A layout of the application is found without the name of its folder, too.
    ['layouts/button', true],
    ['words/common/greeting', true],
    ['greeting', false],
    ['row', false],
    ['layouts/other', false],
  ])('so that the built-in mails may call %s of the application: %s', (name, may) => {
    expect(mayCall(builtIn, [shared(name)])).toBe(may);
  });

  it('and a path with a part in brackets may be any', () => {
    expect(calledPartials('{{> a/[b]}}{{> [c]/d}}')).toEqual([undefined, undefined]);
  });

  it('and one that is named while it is rendered may be any', () => {
    const [file] = builtIn;
    const named = { ...shared('x'), ...file, source: '{{> (lookup . "name")}}' };
    expect(mayCall([named], [shared('row')])).toBe(true);
    expect(mayCall([named], [])).toBe(false);
  });
});
