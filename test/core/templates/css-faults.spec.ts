import { describe, expect, it } from '@jest/globals';
import { declarationsFault, styleSheetFault } from '../../../lib/core/templates/parsing/css-faults.js';

describe('A style sheet', () => {
  it.each([
    '',
    'p { color: red }',
    'p{color:red;margin:0}a:hover{}',
    '@import url(https://x.example/a;b.css); @media (max-width: 600px) { p { color: red } }',
    '@font-face { src: url("a)b{") }',
    '<!-- p { color: red } -->',
    '/* } { */ p { /* ; */ color: red; /* x */ }',
    'p::before { content: "\\"}" }',
    'p { background: url(data:image/png;base64,AA==) }',
    'p { color: \uE002; \uE002 }',
    '\uE002 { color: red }',
    '\uE002',
    '.a { &:hover { color: red } }',
    'a[title="}"] { color: red }',
    ':root { color-scheme: light dark; --x: 1 }',
    '.a\\{b { color: red }',
  ])('is without fault: %s', css => {
    expect(styleSheetFault(css)).toBeUndefined();
  });

  it.each([
    ['p { color: red', 2, /has no end: \}/],
    ['@media x { p { color: red }', 9, /has no end: \}/],
    ['p { color: red } }', 17, /ends no block/],
    ['{ color: red }', 0, /no selector/],
    ['p { color red }', 4, /no colon/],
    ['p { /* x */ color red; margin: 0 }', 12, /no colon/],
    ['p { color: red } a', 17, /no block/],
    ['p; a { color: red }', 0, /no block/],
    ['/* p { color: red }', 0, /comment/],
    ['p { content: "x }\n', 13, /text/],
    ['p { background: url(x }', 19, /bracket/],
    ['p { background: url("x) }', 20, /text/],
  ])('has a fault: %s', (css, at, reason) => {
    const fault = styleSheetFault(css);
    expect(fault?.at).toBe(at);
    expect(fault?.reason).toMatch(reason);
  });
});

describe('A style attribute', () => {
  it.each([
    '',
    ' ',
    ';',
    'color: red',
    'color:red;;margin:0;',
    'a: url(x;y)',
    '\uE002',
    'color:\uE002;\uE002',
  ])('is without fault: %s', css => {
    expect(declarationsFault(css)).toBeUndefined();
  });

  it.each([
    ['color', 0, /no colon/],
    ['color: red; x', 12, /no colon/],
    ['p { color: red }', 2, /declarations only/],
    ['color: red }', 11, /ends no block/],
    ["font: 'x", 6, /text/],
  ])('has a fault: %s', (css, at, reason) => {
    const fault = declarationsFault(css);
    expect(fault?.at).toBe(at);
    expect(fault?.reason).toMatch(reason);
  });
});
