import { describe, expect, it } from '@jest/globals';
import { HELPER_ARGUMENTS } from '../../../lib/cli/types/inference/value-kinds.js';
import { builtInHelpers } from '../../../lib/core/templates/helpers/builtin-helpers.js';
import { analyse, typeOf } from './typed-templates.js';
import type { Files } from './typed-templates.js';

const CONFLICT = '/** The templates use it in ways that no one value can satisfy. */';
const EITHER = '/** Read by {{#…}}, which does not say whether it is a condition, an object or a list. */';

function table(rows: readonly (readonly [source: string, type: string])[]): void {
  it.each(rows)('%s', (source, type) => expect(typeOf(source)).toBe(type));
}

function tableWithFiles(rows: readonly (readonly [source: string, files: Files, type: string])[]): void {
  it.each(rows)('%s', (source, files, type) => expect(typeOf({ 't/text.hbs': source, ...files })).toBe(type));
}

describe('A variable that is printed is required', () => {
  table([
    ['{{a}}', '{ a: PrintableValue; }'],
    ['{{{a}}}', '{ a: PrintableValue; }'],
    ['{{a.b}}', '{ a: { b: PrintableValue; }; }'],
    [
      '{{this.a}}{{./b}}{{@root.c.d}}',
      '{ a: PrintableValue; b: PrintableValue; c: { d: PrintableValue; }; }',
    ],
    ['{{"first name"}} {{[last name]}}', "{ 'first name': PrintableValue; 'last name': PrintableValue; }"],
    ['{{z}}{{a}}{{Z}}', '{ Z: PrintableValue; a: PrintableValue; z: PrintableValue; }'],
    ['Hello', 'unknown'],
    ['{{@culture}}{{@brand.applicationName}}', 'unknown'],
    ['{{! a }}{{!-- {{b}} --}}\\{{c}}', 'unknown'],
  ]);
});

describe('What only conditions ask for may be missing', () => {
  table([
    ['{{#if a}}x{{/if}}', '{ a?: unknown; }'],
    ['{{#if a}}{{a}}{{/if}}', '{ a?: PrintableValue | null; }'],
    ['{{#unless a}}x{{else}}{{a}}{{/unless}}', '{ a?: PrintableValue | null; }'],
    ['{{#if a}}x{{else if b}}{{b}}{{/if}}', '{ a?: unknown; b?: PrintableValue | null; }'],
    ['{{#if a includeZero=true}}{{a}}{{/if}}', '{ a?: PrintableValue | null; }'],
    ['{{#if a}}{{a.b}}{{/if}}', '{ a?: { b: PrintableValue; } | null; }'],
    ['{{#if a.b}}{{a.b}}{{a.c}}{{/if}}', '{ a?: { b?: PrintableValue | null; c: PrintableValue; } | null; }'],
    ['{{#with a}}{{#if ../b}}{{@root.b}}{{/if}}{{/with}}', '{ a: unknown; b?: PrintableValue | null; }'],
    ['{{#if a}}{{#with a}}{{b}}{{/with}}{{/if}}', '{ a?: { b: PrintableValue; } | null; }'],
    ['{{#if a.length}}{{#each a}}{{this}}{{/each}}{{/if}}', '{ a?: readonly PrintableValue[] | null; }'],
  ]);
});

describe('What a condition does not guard is required', () => {
  table([
    ['{{#if a}}{{b}}{{/if}}', '{ a?: unknown; b: PrintableValue; }'],
    ['{{#if a}}{{else}}{{a}}{{/if}}', '{ a: PrintableValue; }'],
    ['{{#unless a}}{{a}}{{/unless}}', '{ a: PrintableValue; }'],
    ['{{#if a}}{{a}}{{/if}}{{a}}', '{ a: PrintableValue; }'],
    ['{{#if a}}{{a.b}}{{/if}}{{a.c}}', '{ a: { b: PrintableValue; c: PrintableValue; }; }'],
    ['{{#if (lookup a "b")}}x{{/if}}', '{ a: { b?: unknown; }; }'],
    ['{{#if (same a "x")}}{{b}}{{/if}}', '{ a: unknown; b: PrintableValue; }'],
    [
      '{{#each a}}{{#if b}}{{#each ../a}}{{b}}{{/each}}{{/if}}{{/each}}',
      '{ a: readonly { b: PrintableValue; }[]; }',
    ],
  ]);
});

describe('Lists and objects', () => {
  table([
    ['{{#each a}}{{this}}{{/each}}', '{ a: readonly PrintableValue[]; }'],
    ['{{#each a}}x{{/each}}', '{ a: readonly unknown[]; }'],
    [
      '{{#each a}}{{b}}{{#if c}}{{c}}{{/if}}{{/each}}',
      '{ a: readonly { b: PrintableValue; c?: PrintableValue | null; }[]; }',
    ],
    [
      '{{#each a as |b n|}}{{n}}{{b.c}}{{../d}}{{@root.e}}{{@index}}{{else}}{{f}}{{/each}}',
      '{ a: readonly { c: PrintableValue; }[]; d: PrintableValue; e: PrintableValue; f: PrintableValue; }',
    ],
    [
      '{{#each a}}{{#each this}}{{this}}{{../../b}}{{/each}}{{/each}}',
      '{ a: readonly (readonly PrintableValue[])[]; b: PrintableValue; }',
    ],
    ['{{#each this}}{{a}}{{/each}}', 'readonly { a: PrintableValue; }[]'],
    ['{{#each a}}{{@key}}{{this}}{{/each}}', '{ a: { readonly [key: string]: PrintableValue; }; }'],
    [
      '{{#each a}}{{#each b}}{{@../key}}{{@key}}{{/each}}{{/each}}',
      '{ a: { readonly [key: string]: { b: { readonly [key: string]: unknown; }; }; }; }',
    ],
    ['{{a.length}}{{#each a}}{{this}}{{/each}}', '{ a: readonly PrintableValue[]; }'],
    ['{{a.length}}{{a}}', '{ a: string; }'],
    ['{{a.[0]}}', '{ a: readonly [PrintableValue, ...unknown[]]; }'],
    [
      '{{a.[1]}}{{#each a}}{{this}}{{/each}}',
      '{ a: readonly [PrintableValue, PrintableValue, ...PrintableValue[]]; }',
    ],
    ['{{lookup a 0}}', '{ a: readonly PrintableValue[]; }'],
    ['{{lookup a "b"}}', '{ a: { b: PrintableValue; }; }'],
    ['{{#if (lookup a "b")}}{{lookup a "b"}}{{/if}}', '{ a: { b?: PrintableValue | null; }; }'],
    ['{{default (lookup a "b") "x"}}', '{ a: { b?: PrintableValue | null; }; }'],
    ['{{default a "x"}}', '{ a?: PrintableValue | null; }'],
    ['{{default a.b c "x"}}', '{ a?: { b?: PrintableValue | null; } | null; c?: PrintableValue | null; }'],
    ['{{default a b}}', '{ a?: PrintableValue | null; b: PrintableValue; }'],
    ['{{#if (default a false)}}x{{/if}}', '{ a?: unknown; }'],
    [
      '{{lookup a b}}',
      '{ a: readonly PrintableValue[] | { readonly [key: string]: PrintableValue }; b: string | number; }',
    ],
    [
      '{{#each a}}{{lookup ../b @index}}{{/each}}',
      '{ a: readonly unknown[]; b: readonly PrintableValue[]; }',
    ],
    ['{{#with a}}{{b}}{{../c}}{{/with}}', '{ a: { b: PrintableValue; }; c: PrintableValue; }'],
    ['{{#with a as |b|}}{{b.c}}{{a}}{{/with}}', '{ a: { a: PrintableValue; c: PrintableValue; }; }'],
    ['{{#each (lookup a "b")}}{{c}}{{/each}}', '{ a: { b?: | readonly { c: PrintableValue; }[] | null; }; }'],
  ]);
});

describe('Helpers', () => {
  table([
    [
      '{{formatDate d}}{{formatNumber n}}{{plural c one="x" other=w}}{{link u}}{{formatDuration s}}',
      '{ c: NumberValue; d: DateValue; n: NumberValue; s: DurationValue; u: LinkValue; w: string; }',
    ],
    [
      '{{formatRelative d}}{{formatCurrency n c}}{{formatCurrency m currency=k}}',
      '{ c: string; d: DateValue; k: string | number | boolean; m: NumberValue; n: NumberValue; }',
    ],
    [
      '{{join l s}}{{join m type="conjunction"}}',
      '{ l: readonly PrintableValue[]; m: readonly PrintableValue[]; s: string; }',
    ],
    ['{{#if (eq a b)}}{{c}}{{/if}}', '{ a: unknown; b: unknown; c: PrintableValue; }'],
    ['{{#eq a "x"}}{{c}}{{else}}{{d}}{{/eq}}', '{ a: unknown; c: PrintableValue; d: PrintableValue; }'],
    ['{{#if l}}{{join l ", "}}{{/if}}', '{ l?: readonly PrintableValue[] | null; }'],
    ['{{#eq a "x"}}{{a}}{{/eq}}', '{ a: PrintableValue; }'],
    [
      '{{#if (formatRelative d)}}{{/if}}{{#each (join l)}}{{/each}}',
      '{ d: DateValue; l: readonly PrintableValue[]; }',
    ],
    ['{{formatNumber n style=s}}', '{ n: NumberValue; s: string | number | boolean; }'],
    ['{{formatDate a}}{{a}}', '{ a: DateValue; }'],
    ['{{formatDate a}}{{formatNumber a}}', '{ a: number; }'],
    ['{{formatDate a}}{{link a}}{{plural a one="x"}}', `{ ${CONFLICT} a: unknown; }`],
    ['{{shout a b=c}}', '{ a: unknown; c: unknown; }'],
    ['{{shout a}}{{shout}}', '{ a: unknown; }'],
    ['{{shout (now)}}', 'unknown'],
    ['{{user.name 1}}', '{ user: { name: unknown; }; }'],
    ['{{#each (sort a "b")}}{{c}}{{/each}}', '{ a: unknown; }'],
  ]);

  it('without arguments are known when they are named', () => {
    expect(typeOf('{{today}}{{a}}', { helpers: ['today'] })).toBe('{ a: PrintableValue; }');
  });

  it('of the module are all known by what they take', () => {
    expect([...HELPER_ARGUMENTS.keys()].toSorted()).toEqual(
      // Which finds images, so every environment has its own.
      ['embed', ...Object.keys(builtInHelpers())].toSorted(),
    );
  });
});

describe('A block whose helper is not known requires nothing of what stands in it', () => {
  table([
    [
      '{{#same a b}}{{c}}{{d.e}}{{else}}{{f}}{{/same}}',
      '{ a: unknown; b: unknown; c?: unknown; d?: unknown; f?: unknown; }',
    ],
    ['{{#same a b}}{{c}}{{/same}}{{c}}', '{ a: unknown; b: unknown; c: PrintableValue; }'],
    ['{{#list a as |item|}}{{item.b}}{{/list}}', '{ a: unknown; }'],
    ['{{#a}}{{b}}{{/a}}', `{ ${EITHER} a: unknown; b?: unknown; }`],
    ['{{^a}}{{b}}{{/a}}', '{ a: unknown; b: PrintableValue; }'],
  ]);
});

describe('Uses that contradict each other make a variable unknown', () => {
  table([
    ['{{a}}{{a.b}}', `{ ${CONFLICT} a: unknown; }`],
    ['{{a}}{{#each a}}{{b}}{{/each}}', `{ ${CONFLICT} a: unknown; }`],
    ['{{a.b}}{{#each a}}{{c}}{{/each}}', `{ ${CONFLICT} a: unknown; }`],
  ]);
});

describe('Partials and layouts', () => {
  tableWithFiles([
    ['{{> p}}', { 'partials/p.text.hbs': '{{a}}' }, '{ a: PrintableValue; }'],
    [
      '{{> p b}}',
      { 'partials/p.text.hbs': '{{a}}{{@root.c}}' },
      '{ b: { a: PrintableValue; }; c: PrintableValue; }',
    ],
    ['{{> p a=x}}', { 'partials/p.text.hbs': '{{a}}{{b}}' }, '{ b: PrintableValue; x: PrintableValue; }'],
    ['{{> p a=x.y}}', { 'partials/p.text.hbs': '{{formatDate a.z}}' }, '{ x: { y: { z: DateValue; }; }; }'],
    ['{{> p a="x" b=1}}', { 'partials/p.text.hbs': '{{a}}{{#if b}}{{b}}{{/if}}' }, 'unknown'],
    [
      '{{> p u a=x}}',
      { 'partials/p.text.hbs': '{{a}}{{b}}' },
      '{ u: { b: PrintableValue; }; x: PrintableValue; }',
    ],
    [
      '{{#if a}}{{> p b=a}}{{/if}}',
      { 'partials/p.text.hbs': '{{b.c}}' },
      '{ a?: { c: PrintableValue; } | null; }',
    ],
    [
      '{{#each a}}{{> p}}{{/each}}',
      { 'partials/p.text.hbs': '{{b}}' },
      '{ a: readonly { b: PrintableValue; }[]; }',
    ],
    [
      '{{#> layouts/l title=subject}}{{body}}{{title}}{{/layouts/l}}',
      { 'layouts/l.text.hbs': '{{title}}{{foot}}{{> @partial-block}}' },
      '{ body: PrintableValue; foot: PrintableValue; subject: PrintableValue; }',
    ],
    [
      '{{#> layouts/l}}{{#*inline "head"}}{{a}}{{/inline}}{{b}}{{/layouts/l}}',
      { 'layouts/l.text.hbs': '{{> head}}{{> @partial-block}}' },
      '{ a: PrintableValue; b: PrintableValue; }',
    ],
    [
      '{{#each a}}{{#> p x=1}}{{b}}{{../c}}{{/p}}{{/each}}',
      { 'partials/p.text.hbs': '{{> @partial-block}}' },
      // The block runs in what the partial lays over the item, so that `../` is the item.
      '{ a: readonly { b: PrintableValue; c: PrintableValue; }[]; }',
    ],
    [
      '{{#> p}}{{#> p}}{{#> p}}{{a}}{{/p}}{{/p}}{{/p}}',
      { 'partials/p.text.hbs': '({{> @partial-block}})' },
      '{ a: PrintableValue; }',
    ],
    [
      '{{#*inline "row"}}{{a}}{{> cell}}{{/inline}}{{#*inline "cell"}}{{b}}{{/inline}}{{#each rows}}{{> row}}{{/each}}',
      {},
      '{ rows: readonly { a: PrintableValue; b: PrintableValue; }[]; }',
    ],
    [
      '{{#if a}}{{#*inline "p"}}{{b}}{{/inline}}{{> p}}{{/if}}{{> p}}',
      { 'partials/p.text.hbs': '{{c}}' },
      '{ a?: unknown; b: PrintableValue; c: PrintableValue; }',
    ],
  ]);

  it('whose name only rendering knows make what they are given open', () => {
    expect(typeOf('{{> (lookup . "kind")}}{{a}}')).toBe(
      '{ a: PrintableValue; kind: string; [key: string]: any; }',
    );
    expect(typeOf('{{> (which a) b}}')).toBe(
      '{ a: unknown; /** Goes to a partial whose name only rendering knows; it can read anything. */ b: { [key: string]: any; }; }',
    );
  });

  it('that call themselves have types that hold themselves', () => {
    const comment = '{{text}}{{#if replies}}{{#each replies}}{{> comment}}{{/each}}{{/if}}';
    expect(
      typeOf({
        't/text.hbs': '{{#each comments}}{{title}}{{> comment}}{{/each}}',
        'partials/comment.text.hbs': comment,
      }),
    ).toBe(
      'type TCommentsItemRepliesItem = { replies?: readonly TCommentsItemRepliesItem[] | null; text: PrintableValue; }; ' +
        '{ comments: readonly { replies?: readonly TCommentsItemRepliesItem[] | null; text: PrintableValue; title: PrintableValue; }[]; }',
    );
    expect(
      typeOf({ 't/text.hbs': '{{> p a}}', 'partials/p.text.hbs': '{{#each this}}{{> p this}}{{/each}}' }),
    ).toBe('type TAItem = readonly TAItem[]; { a: readonly TAItem[]; }');
  });

  it('that call each other end', () => {
    const partials = {
      'partials/p.text.hbs': '{{a}}{{#if b}}{{> q b n=1}}{{> q n=2}}{{/if}}',
      'partials/q.text.hbs': '{{c}}{{#if d}}{{> p d m=n}}{{> p m=n}}{{/if}}',
    };
    expect(typeOf({ 't/text.hbs': '{{> p}}', ...partials })).toMatch(
      /a: PrintableValue; .*c: PrintableValue;/,
    );
  });

  it('that call each other in more ways than can be followed leave the type open', () => {
    const names = Array.from({ length: 40 }, (_, number) => number);
    const partials = Object.fromEntries(
      names.map(number => [
        `partials/p${number}.text.hbs`,
        `{{a${number}}}{{> p${number + 1} x=1}}{{> p${number + 1} x=2}}`,
      ]),
    );
    const type = typeOf({ 't/text.hbs': '{{> p0}}', 'partials/p40.text.hbs': '', ...partials });
    expect(type).toMatch(/^\{ a0: PrintableValue; .*\[key: string\]: any; \}$/);
  });
});

describe('What cannot be followed leaves the type open', () => {
  it('as a partial with a syntax error does with what it is given', () => {
    const files = { 't/text.hbs': '{{> p a}}{{b}}', 'partials/p.text.hbs': '{{#if' };
    expect(typeOf(files)).toBe(
      '{ /** Uses the partial "p", which has a syntax error. */ a: { [key: string]: any; }; b: PrintableValue; }',
    );
  });

  it('as partials do that lie very deep in each other', () => {
    const partials = Object.fromEntries(
      Array.from({ length: 5000 }, (_, number) => [`partials/p${number}.text.hbs`, `{{> p${number + 1}}}`]),
    );
    expect(typeOf({ 't/text.hbs': '{{a}}{{> p0}}', ...partials })).toBe(
      '{ a: PrintableValue; [key: string]: any; }',
    );
  });
});

describe('All parts and cultures count', () => {
  it('so that a variable is required that one of them needs', () => {
    const files = {
      't/subject.hbs': '{{s}}',
      't/html.en.hbs': '{{#if a}}{{a}}{{/if}}{{> p}}',
      't/html.fr.hbs': '{{a}}',
      't/text.de.hbs': '{{formatDate d}}',
      'partials/p.html.fr-CA.hbs': '{{ca}}',
      'partials/p.html.en.hbs': '{{en}}',
    };
    expect(typeOf(files)).toBe('{ a: PrintableValue; d: DateValue; en: PrintableValue; s: PrintableValue; }');
  });

  it('also when only a partial is there in a culture', () => {
    const files = {
      't/html.hbs': '{{> p}}',
      'partials/p.html.en.hbs': '{{en}}',
      'partials/p.html.fr.hbs': '{{fr}}',
    };
    expect(typeOf(files)).toBe('{ en: PrintableValue; fr: PrintableValue; }');
  });

  it('and the culture that is the default one stands in for others', () => {
    const files = { 't/html.fr.hbs': '{{> p}}', 'partials/p.html.de.hbs': '{{de}}' };
    expect(typeOf(files)).toBe('unknown');
    expect(typeOf(files, { defaultCulture: 'de' })).toBe('{ de: PrintableValue; }');
  });

  it('while name and address of the application may come from the brand', () => {
    expect(typeOf('{{applicationName}}{{link applicationUri}}{{user.applicationName}}')).toBe(
      '{ applicationName?: PrintableValue | null; applicationUri?: LinkValue | null; user: { applicationName: PrintableValue; }; }',
    );
  });
});

describe('What is wrong in templates', () => {
  const messages = (files: Files): string[] =>
    analyse(files).problems.map(
      ({ level, message }) => `${level} ${message.replace(/\S*nest-mailroom-\w+[\\/]/g, '')}`,
    );

  it('is said with its place when rendering will fail', () => {
    const files = {
      't/subject.hbs': '\n  {{> nope}}',
      't/text.hbs': '{{> p}}',
      'partials/p.text.hbs': 'a {{../b}}',
    };
    expect(messages(files)).toEqual([
      'warning t/subject.hbs:2:3 uses the partial "nope", which does not exist; rendering it for subject will fail',
      'warning partials/p.text.hbs:1:5 uses ../b, but there is nothing around it: a partial does not see where it is used; rendering it for text will fail',
    ]);
  });

  it('is said of files that are no parts, and of templates that lack one', () => {
    expect(
      messages({ 't/text.hbs': 'x', 'u/body.hbs': 'x', 'u/subject.hbs': 'x', 'u/text.hbs': 'x' }),
    ).toEqual([
      'warning u/body.hbs is no part of a template and is left out; parts are named subject, html or text, such as html.en.hbs',
      'warning t has no culture with both a subject and an html or text part; rendering "t" will fail',
    ]);
  });

  it('makes only the templates with a syntax error unknown', () => {
    const files = {
      't/subject.hbs': 's',
      't/text.hbs': 'a\n{{#if x}}{{/unless}}',
      'u/subject.hbs': '{{a}}',
      'u/text.hbs': '{{> p b}}{{c}}',
      'partials/p.text.hbs': 'x {{',
    };
    const { templates } = analyse(files);
    expect(templates.map(({ name, broken }) => [name, broken.map(({ part }) => part)])).toEqual([
      ['t', ['text']],
      ['u', []],
    ]);
    expect(messages(files)).toEqual([
      expect.stringMatching(/^error partials\/p\.text\.hbs:1:\d+ is no valid template: /),
      expect.stringMatching(/^error t\/text\.hbs:2:\d+ is no valid template: if doesn't match unless/),
    ]);
  });
});
