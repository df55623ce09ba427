import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as prettier from 'prettier';
import { isSameText } from '../../../lib/cli/types/declaration-changes.js';
import { declarationFile } from '../../../lib/cli/types/declaration-file.js';
import { analyseTemplates } from '../../../lib/cli/types/inference/analyse-templates.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import type { Files } from './typed-templates.js';

/** The file for these directories, whose names are the keys. */
function declaration(directories: Readonly<Record<string, Files>>): string {
  const root = temporaryDirectory();
  try {
    for (const [directory, files] of Object.entries(directories)) {
      for (const [name, source] of Object.entries(files)) root.write(`${directory}/${name}`, source);
    }
    const paths = Object.keys(directories).map(name => join(root.path, name));
    return declarationFile(analyseTemplates(paths), root.path);
  } finally {
    root.remove();
  }
}

const TEMPLATES: Files = {
  'account/closed/subject.hbs': 'Closed',
  'account/closed/text.hbs': 'Good bye',
  'digest/subject.en.hbs': '{{plural count one="# mail" other="# mails"}}',
  'digest/html.en.hbs':
    '{{#each items}}{{title}}{{#if note}}{{note}}{{/if}}{{#each tags}}{{this}}{{/each}}{{/each}}',
  'digest/html.fr_CA.hbs':
    '{{#if more}}{{#each more}}{{url}}{{/each}}{{/if}}{{#if owner}}{{owner.[first-name]}}{{/if}}',
  'thread/subject.hbs': "{{[it's]}}",
  'thread/text.hbs': '{{#each comments}}{{> comment}}{{/each}}{{lookup labels kind}}{{top.[1]}}',
  'partials/comment.text.hbs': '{{text}}{{#if replies}}{{#each replies}}{{> comment}}{{/each}}{{/if}}',
  'open/subject.hbs': '{{#each map}}{{@key}}{{name}}{{/each}}',
  'open/text.hbs': '{{> (lookup . "kind")}}{{both}}{{both.a}}',
  'broken/subject.hbs': 'Broken',
  'broken/text.en.hbs': '{{#if',
};

const GOLDEN = `// Written by "nest-mailroom types" from templates. Do not edit it: run the command again.
/* eslint-disable */
// prettier-ignore
import type { NumberValue, PrintableValue } from 'nest-mailroom';

// prettier-ignore
type ThreadCommentsItemRepliesItem = {
  replies?: readonly ThreadCommentsItemRepliesItem[] | null;
  text: PrintableValue;
};

// prettier-ignore
declare module 'nest-mailroom' {
  interface MailTemplates {
    /** templates/account/closed: subject, text (any culture) */
    'account/closed': object;
    /**
     * templates/broken: subject (any culture); text (en)
     * Its context is not known: text.en.hbs has a syntax error.
     */
    broken: object;
    /** templates/digest: subject (en); html (en, fr-CA) */
    digest: {
      count: NumberValue;
      items: readonly {
        note?: PrintableValue | null;
        tags: readonly PrintableValue[];
        title: PrintableValue;
      }[];
      more?:
        | readonly {
            url: PrintableValue;
          }[]
        | null;
      owner?: {
        'first-name': PrintableValue;
      } | null;
    };
    /**
     * templates/open: subject, text (any culture)
     * Goes to a partial whose name only rendering knows; it can read anything.
     */
    open: {
      /** The templates use it in ways that no one value can satisfy. */
      both: unknown;
      kind: string;
      map: {
        readonly [key: string]: {
          name: PrintableValue;
        };
      };
      [key: string]: any;
    };
    /** templates/thread: subject, text (any culture) */
    thread: {
      comments: readonly {
        replies?: readonly ThreadCommentsItemRepliesItem[] | null;
        text: PrintableValue;
      }[];
      'it\\'s': PrintableValue;
      kind: string | number;
      labels: readonly PrintableValue[] | { readonly [key: string]: PrintableValue };
      top: readonly [unknown, PrintableValue, ...unknown[]];
    };
  }
}
`;

describe('The generated file', () => {
  it('says of each template where it is and what its context must hold', () => {
    expect(declaration({ templates: TEMPLATES })).toBe(GOLDEN);
  });

  it.each([
    ['its defaults', {}],
    ['tabs and semicolons left out', { useTabs: true, semi: false, singleQuote: true, printWidth: 40 }],
  ])('is left as it is by Prettier with %s', async (_with, options) => {
    const formatted = await prettier.format(GOLDEN, { parser: 'typescript', ...options });
    // The semicolon of an import is all that it does not leave alone.
    expect(formatted).toBe(
      'semi' in options ? GOLDEN.replace("'nest-mailroom';", "'nest-mailroom'") : GOLDEN,
    );
    expect(isSameText(formatted, GOLDEN)).toBe(true);
  });

  it('is written as Prettier would write it', async () => {
    const bare = GOLDEN.replaceAll('// prettier-ignore\n', '');
    const options = { parser: 'typescript', singleQuote: true, printWidth: 110 };
    // Prettier prefers the other quotes around an apostrophe.
    expect(await prettier.format(bare, options)).toBe(bare.replace(String.raw`'it\'s'`, `"it's"`));
  });

  it('gives types that hold themselves names that are names, each its own', () => {
    const tree = { 'partials/tree.text.hbs': '{{name}}{{#each [sub trees]}}{{> tree}}{{/each}}' };
    const text = declaration({
      t: Object.fromEntries([
        ...['2fa', 'a-b', 'a/b', '_'].flatMap(name => [
          [`${name}/subject.hbs`, 'S'],
          [`${name}/text.hbs`, '{{> tree}}'],
        ]),
        ...Object.entries(tree),
      ]),
    });
    expect([...text.matchAll(/^type (.*) = \{$/gm)].map(match => match[1])).toEqual([
      'ABSubTreesItem',
      'ABSubTreesItem2',
      'T2faSubTreesItem',
      'TSubTreesItem',
    ]);
  });

  it('needs no types of the package when no template has variables', () => {
    const text = declaration({ t: { 'a/subject.hbs': 'A', 'a/text.hbs': 'A' } });
    expect(text).toContain('\nexport {};\n');
    expect(text).toContain('    a: object;\n');
  });
});

describe('Several directories', () => {
  it('are searched in order, part by part', () => {
    const text = declaration({
      first: { 'a/subject.hbs': '{{one}}' },
      second: {
        'a/subject.hbs': '{{hidden}}',
        'a/text.en.hbs': '{{two}}',
        'b/subject.hbs': 'B',
        'b/text.hbs': '{{> p}}',
      },
      third: { 'partials/p.text.hbs': '{{three}}' },
    });
    expect(text).toMatch(/^\/\/ Written by .* from first and second and third\./);
    expect(text).toContain(`    /**
     * first/a: subject (any culture)
     * second/a: text (en)
     */
    a: {
      one: PrintableValue;
      two: PrintableValue;
    };
    /** second/b: subject, text (any culture) */
    b: {
      three: PrintableValue;
    };
`);
  });
});

describe('Built-in mails', () => {
  const OWN = { 'a/subject.hbs': 'A', 'a/text.hbs': 'A' };

  it('are left to the types of the package', () => {
    expect(declaration({ t: OWN })).not.toMatch(/notification|password/);
    const frame = {
      'partials/brand.html.hbs': '<tr><td>Contoso</td></tr>',
      'partials/unused.html.hbs': '{{x}}',
    };
    expect(declaration({ t: { ...OWN, ...frame } })).not.toContain('notification');
  });

  it('of which the application brings a part need what that part and the built-in ones need', () => {
    const text = declaration({ t: { 'password-changed/subject.en.hbs': '{{title}}: {{displayName}}' } });
    expect(text).toContain(`    /**
     * built in: html, text (de, en, es, fr, it, nl, pl, pt, sv); subject (de, es, fr, it, nl, pl, pt, sv)
     * t/password-changed: subject (en)
     */
    'password-changed': {
      applicationName?: PrintableValue | null;
      applicationUri?: LinkValue | null;
      changedAt: DateValue;
      displayName: PrintableValue;
      login?: PrintableValue | null;
`);
    expect(text).toContain('      title: PrintableValue;\n');
  });

  it('that a layout or partial of the application changes need what it needs', () => {
    const text = declaration({
      t: { ...OWN, 'layouts/mail.text.hbs': '{{> @partial-block}}{{unsubscribeUrl}}' },
    });
    for (const name of ['notification', "'reset-password'", "'reset-password-one-way'", "'password-changed'"])
      expect(text).toContain(`    ${name}: {`);
    expect(text.match(/ {6}unsubscribeUrl: PrintableValue;/g)).toHaveLength(9);
  });

  it('whose words call a partial that the application changes need what it needs', () => {
    const text = declaration({ t: { ...OWN, 'partials/date-time.text.hbs': '{{at}} {{timeZone}}' } });
    expect(text).toMatch(/^ {4}'password-changed': \{\n(?: {6}.*\n)* {6}timeZone: PrintableValue;$/m);
    expect(text).not.toContain('    notification: {');
  });

  it.each(['en', 'ar'])('whose words of a language of the application (%s) need more need that', culture => {
    const words = { 'password-changed': { changed: 'Changed in {{city}}.' } };
    const text = declaration({ t: { ...OWN, [`languages/${culture}.json`]: JSON.stringify(words) } });
    expect(text).toMatch(/^ {4}'password-changed': \{\n {6}.*\n(?: {6}.*\n)*? {6}city\b.*$/m);
    expect(text).not.toContain('    notification: {');
  });

  it('whose words the application changes need what the partials in them need', () => {
    const words = { 'password-changed': { changed: 'Changed {{> where}}.' } };
    const text = declaration({
      t: { ...OWN, 'languages/en.json': JSON.stringify(words), 'partials/where.text.hbs': '{{city}}' },
    });
    expect(text).toMatch(/^ {4}'password-changed': \{\n(?: {6}.*\n)* {6}city\b.*$/m);
  });
});

describe('Five hundred templates', () => {
  it('are all there, and in order', () => {
    const names = Array.from({ length: 500 }, (_, number) => `folder${number % 7}/template-${number}`);
    const files = Object.fromEntries(
      names.flatMap(name => [
        [`${name}/subject.hbs`, '{{title}}'],
        [
          `${name}/html.en.hbs`,
          '{{#> layouts/mail title=title}}{{#each rows}}{{> row}}{{/each}}{{/layouts/mail}}',
        ],
        [`${name}/html.fr.hbs`, '{{#> layouts/mail title=title}}{{> row}}{{/layouts/mail}}'],
      ]),
    );
    const text = declaration({ t: { ...files, 'partials/row.html.hbs': '{{name}}{{formatDate at}}' } });
    const found = [...text.matchAll(/^ {4}'(folder.*)': \{$/gm)].map(match => match[1]);
    expect(found).toEqual(names.toSorted());
  });
});
