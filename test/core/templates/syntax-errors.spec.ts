import { afterEach, describe, expect, it } from '@jest/globals';
import { failure, TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

/** Sources with `¦` before the place of the error. */
const sources: [kind: string, source: string][] = [
  ['a block without an end', 'a\n{{#if x}}\n text\n¦'],
  ['a character that is no name', 'hello\n  {{foo ¦% bar}}'],
  ['an end of another block', 'x\n  {{#¦if a}}x{{/unless}}'],
  ['an end without a block', 'one\ntwo ¦{{/if}}'],
  ['a comment without an end', 'x\n\n  ¦{{!-- open'],
  ['an expression without an end', 'a\r\nb {{¦foo'],
  ['an empty partial', '\n\n {{> ¦}}'],
  ['an empty expression', 'é\n\té{{ ¦}}'],
  ['a text without an end', 'a {{¦"x}} b'],
  ['three braces closed by two', '{{{foo¦}}'],
  ['two else', 'abc\n  {{#each x}}{{else}}¦{{else}}{{/each}}'],
  ['an argument without a value', '{{foo bar=¦}}\nx'],
  ['a block parameter without a name', 'x {{#each x as |¦}}y{{/each}}'],
  ['a raw block without an end', 'a\n{{{{raw}}}}¦ x'],
  ['two contexts of a partial', 'x\n ¦{{> a b c}}'],
  ['the same text before on the line', '{{a}} {{b}} {{a}} {{a ¦%}}'],
  ['something after a comment of several lines', '{{!--a--}}\n{{!-- b\n c --}} ¦{{/x}}'],
  ['something after a long line', `${'long '.repeat(500)}{{x ¦%}}`],
  ['something after an emoji', '🙂 {{x ¦%}}'],
];

describe('A syntax error', () => {
  it.each(sources)('stops the start and names file, line and column: %s', async (_kind, marked) => {
    const place = marked.indexOf('¦');
    const before = marked.slice(0, place).split(/\r?\n/);
    const source = marked.replace('¦', '');
    const directory = fixture.directory({ 't/subject.hbs': 'S' });
    const file = directory.write('t/html.fr_CA.hbs', source);
    const error = await failure(fixture.create({ directories: [directory.path] }));
    const line = before.length;
    const column = (before.at(-1) ?? '').length + 1;
    expect({ ...error }).toMatchObject({
      code: 'EMAILTEMPLATESYNTAX',
      template: 't',
      part: 'html',
      culture: 'fr-CA',
      file,
      line,
      column,
    });
    expect(error.message).toContain(`${file} is no valid template at line ${line}, column ${column}: `);
    expect(error.message).toMatch(/: [^\s-].{5,}$/);
  });

  it('is found in layouts, partials and every part', async () => {
    for (const name of ['layouts/x.html.hbs', 'partials/a/b.text.fr.hbs', 't/subject.de.hbs', 't/text.hbs']) {
      const directory = fixture.directory();
      const file = directory.write(name, 'fine\n{{#if}');
      const error = await failure(fixture.create({ directories: [directory.path] }));
      expect(error).toMatchObject({ code: 'EMAILTEMPLATESYNTAX', file, line: 2, column: 6 });
    }
  });

  it('is found also in a file that an earlier directory hides', async () => {
    const one = fixture.directory({ 't/text.hbs': 'fine' }).path;
    const two = fixture.directory({ 't/text.hbs': '{{' }).path;
    expect((await failure(fixture.create({ directories: [one, two] }))).code).toBe('EMAILTEMPLATESYNTAX');
  });

  it('does not trouble a valid template that is parsed afterwards', async () => {
    await failure(fixture.renderer({ 't/text.hbs': 'a\n{{!-- open' }));
    expect(await fixture.text('{{!-- closed --}}{{x}}', { x: 1 })).toBe('1');
  });
});
