import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { styleAttributeRule, styleSheetRules } from '../../../../lib/cli/lint/client-support/css-rules.js';

/** The declarations of a style attribute: `at property: value`. */
const declared = (css: string): string[] =>
  styleAttributeRule(css).declarations.map(
    ({ at, property, value, important }) => `${at} ${property}: ${value}${important ? ' !' : ''}`,
  );

describe('A style attribute', () => {
  it.each([
    ['color:red', ['0 color: red']],
    [' Color : RED ;; margin:0\n 4px;', ['1 color: red', '16 margin: 0 4px']],
    ['color:red!important;top:1px ! IMPORTANT', ['0 color: red !', '20 top: 1px !']],
    ['background:url(a;b) no-repeat;top:0', ['0 background: url(a;b) no-repeat', '30 top: 0']],
    ['content:"a;b\\";c";top:0', ['0 content: "a;b\\";c"', '18 top: 0']],
    ["font:'a", ["0 font: 'a"]],
    ['/* top:0; */color:red', ['12 color: red']],
    ['color:red;/* top:0', ['0 color: red']],
    ['--x:1;color:var(--x)', ['0 --x: 1', '6 color: var(--x)']],
    ['color', []],
    ['color:red}top:0', ['0 color: red']],
    ['', []],
  ])('is read: %j', (css, expected) => {
    expect(declared(css)).toEqual(expected);
  });
});

describe('A style sheet', () => {
  it('gives each rule its selector, place and what stands around it', () => {
    const { rules, atRules } = styleSheetRules(
      '@import "a.css"; a, b { top: 0 } @media (x) { .c { left: 0; } @media (y) { .d { left: 1 } } } .e{right:0}',
    );
    expect(
      rules.map(({ selector, at, within, nested }) => ({ selector, at, within: within.length, nested })),
    ).toEqual([
      { selector: 'a, b', at: 17, within: 0, nested: false },
      { selector: '.c', at: 46, within: 1, nested: false },
      { selector: '.d', at: 75, within: 2, nested: false },
      { selector: '.e', at: 94, within: 0, nested: false },
    ]);
    expect(atRules.map(({ name, prelude, within }) => `${name} ${prelude} ${within.length}`)).toEqual([
      'media (x) 0',
      'media (y) 1',
    ]);
  });

  it('may hold rules within rules', () => {
    const { rules } = styleSheetRules('.a { top: 0; &:hover { left: 0 } bottom: 0 }');
    expect(rules.map(({ selector, nested }) => [selector, nested])).toEqual([
      ['.a', false],
      ['&:hover', true],
    ]);
    expect(rules[0]?.declarations.map(({ property }) => property)).toEqual(['top', 'bottom']);
  });

  it('does not take the declarations of a font for those of a rule', () => {
    expect(styleSheetRules('@font-face { src: url(a) }').rules).toEqual([]);
  });

  it('is read whatever it holds, and places lie in it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'{}();:@"\'\\/*-!.a \n'.split('')), maxLength: 60 }),
        css => {
          const { rules, atRules } = styleSheetRules(css);
          const places = [
            ...rules.flatMap(({ at, declarations }) => [at, ...declarations.map(one => one.at)]),
            ...atRules.map(({ at }) => at),
          ];
          expect(places.every(at => at >= 0 && at < Math.max(1, css.length))).toBe(true);
        },
      ),
    );
  });
});
