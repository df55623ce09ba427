import * as fc from 'fast-check';

/** The variables of a generated template. */
export const VALUES = ['a', 'b', 'c', 'd'] as const;
const variable = fc.constantFrom('{{a}}', '{{b}}', '{{c}}', '{{d}}', '{{{a}}}', '{{#if a}}{{b}}{{/if}}');

const rule = fc.constantFrom(
  'p { color: red }',
  '.x { margin: 0 }',
  '#i { padding: 1px }',
  'a[href] { color: blue }',
  'a[href^="https"] { color: green }',
  '[title=x] { font-weight: bold }',
  '[ DATA-X ] { color: teal }',
  ':empty { width: 1px }',
  'td:first-child { color: pink }',
  'p + p { color: gold }',
  '[*|title] { color: navy }',
  ':lang(fr) { color: plum }',
  '{{a}} { color: tan }',
  '.x { color: {{b}} }',
  '@media (max-width: 600px) { p { color: lime !important } }',
);
const style = fc.array(rule, { maxLength: 5 }).map(rules => `<style>${rules.join('\n')}</style>`);

/** Pieces of HTML, and variables at all the places where one can stand. */
const piece = fc.oneof(
  { weight: 4, arbitrary: variable },
  { weight: 2, arbitrary: variable.map(value => `<p>${value}</p>`) },
  {
    weight: 8,
    arbitrary: fc
      .tuple(
        fc.constantFrom(
          '<p class="%">x</p>',
          '<p class=%>x</p>',
          '<p id="%" title="%">y</p>',
          "<a href='%'>%</a>",
          '<a href=%>u</a>',
          '<a href="https://x/?q=%&amp;r=%" data-x="%">%</a>',
          '<td style="color: %">%</td>',
          '<table>%<tr><td class="x">%</td></tr></table>',
          '<table><tr>%<td>%</td></tr></table>',
          '<ul><li>%<li>%</ul>',
          '&#%;',
          '&am%;',
          '<%>',
          '</%>',
          '<!%>',
          '<p %>z</p>',
          '<p %="x">z</p>',
          '<!-- % -->',
          '<!--%> <p class="x">c</p> -->',
          '<!--[if mso]><p>%</p><![endif]-->',
          '<![if !mso]><p class="x">%</p><![endif]>',
          '<title>%</title>',
          '<title><![if %]>%<![endif]></title>',
          '<!-- <![if x]> % -->',
          '<title>% </tit%le></title>',
          '<textarea>%</textarea>',
          '<pre>%</pre>',
          '<style>%</style>',
          '<style media="%">p { color: olive }</style>',
          '<svg><title>%</title></svg>',
          '<select><option>%</option></select>',
          '<p lang="%" dir="ltr">%</p>',
          '<img src="%" alt="%">',
          '<p',
          '>',
          '"',
          "'",
          '<br/>',
          '</p>',
          '<p class="x">',
          '<div>{{> part}}</div>',
          '  {{> part}}\n',
          '{{#loud}}<b>%</b>{{/loud}}',
          '{{#each list}}<i class="x">{{this}}%</i>{{/each}}',
          '{{upper a}}',
          '{{bold b}}',
        ),
        fc.array(variable, { minLength: 3, maxLength: 3 }),
      )
      .map(([shape, names]) => {
        let next = 0;
        return shape.replaceAll('%', () => names[next++ % names.length] ?? '');
      }),
  },
);

const frame = fc.constantFrom(
  '@CSS@BODY',
  '<!doctype html><html><head>@CSS</head><body>@BODY</body></html>',
  '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "x.dtd">\n<html lang="{{a}}"><head>@CSS</head><body>@BODY</body></html>',
  '<body>@BODY@CSS</body>',
  '{{a}}<html>@CSS@BODY</html>{{b}}',
);

/** A template that prints its variables at all the places where one can stand. */
export const source = fc
  .tuple(frame, style, fc.array(piece, { minLength: 1, maxLength: 8 }))
  .map(([around, css, pieces]) => around.replace('@CSS', () => css).replace('@BODY', () => pieces.join('')));

/** A value that HTML, CSS or the tokens may take for something else. */
export const value = fc.oneof(
  fc.constantFrom(
    'x',
    'y z',
    '',
    ' ',
    '\t x \u00a0',
    'p',
    'td',
    'svg',
    'style',
    '8364',
    'p;',
    'print',
    'screen',
    '-',
    '--',
    '!',
    '->',
    '<b class="x">',
    'https://x.example/',
    'fr',
    'red',
    '"',
    "'",
    '&amp;',
    'a\nb',
    'a\r\nb',
    '\n',
    '\0',
    'x\0y',
    '\ud800',
    '\ue000',
    '\ue0000.0\ue001',
    '}</style>',
    'x { color: red }',
    'İ',
  ),
  fc.string({ maxLength: 6 }),
  fc.integer(),
  fc.constantFrom(true, false, null, undefined),
);
