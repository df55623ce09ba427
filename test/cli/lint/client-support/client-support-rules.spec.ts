import { afterEach, describe, expect, it } from '@jest/globals';
import type { MailClient } from '../../../../lib/cli/lint/client-support/mail-client.js';
import { CLEAN, LintFixture } from '../lint-fixture.js';

const fixture = new LintFixture();
afterEach(() => fixture.clean());

/** What the rules of the set say of an html part: `severity feature line:column clients`. */
async function support(html: string, clients?: readonly MailClient[]): Promise<string[]> {
  const found = await fixture.findings({ ...CLEAN, 't/html.hbs': html }, clients ? { clients } : {});
  return found
    .filter(({ rule }) => rule.startsWith('client-support/'))
    .map(
      ({ severity, rule, line, column, clients: lacking = [] }) =>
        `${severity} ${rule.slice('client-support/'.length)} ${line}:${column} ${lacking.join(',')}`,
    );
}

describe('A mail that looks right in every client', () => {
  it.each([
    '<table role="presentation" width="600"><tr><td bgcolor="#ffffff" style="padding:8px;color:#000">x</td></tr></table>',
    '<p style="margin:0 0 16px;font:16px/24px Arial;text-align:left">x</p>',
    '<p style="color:rgb(0,0,0);background-color:#fff">x</p>',
    '<div style="display:none;max-height:0;opacity:0;overflow:hidden;mso-hide:all">x</div>',
    '<img src="https://x.example/a.png" width="200" alt="" style="width:200px;max-width:100%;height:auto">',
    '<table style="max-width:600px;margin:0 auto"><tr><td>x</td></tr></table>',
    '<td style="background-image:none;position:static;float:none;box-shadow:none;transform:none">x</td>',
    '<p style="display:block;visibility:visible;white-space:nowrap">x</p>',
    '<p style="{{style}}">x</p>',
    '<p>display:flex and var(--x) and <code>&lt;svg&gt;</code></p>',
    '<!-- <svg></svg> <p style="display:flex"> -->',
    '{{!-- <svg></svg> --}}',
    '<!--[if mso]><v:rect style="position:absolute"></v:rect><![endif]-->',
    '<img src="https://x.example/svg/a.png?from=a.svg.png" alt="" width="9">',
    '<style>.a { color: #000 } td.b, p { color: #111 }</style>',
    '<style>/* display:flex */ .a { color: #000 /* var(--x) */ }</style>',
    '<style>.a { background: #fff url("https://x.example/a.png") }</style>',
    '<style>.a { font-family: "calc(1px) display:flex" }</style>',
    '<head><style>@media (max-width: 600px) { .a { width: 100% !important } }</style></head>',
    '<style>.a { minmax: minmax(1px) }</style>',
  ])('has nothing to say against it: %s', async html => {
    const found = await support(html);
    expect(found).toEqual([]);
  });
});

describe('A fallback', () => {
  it.each([
    '<td style="background:#fff;background:linear-gradient(#fff,#000)">x</td>',
    '<td style="background-color:#fff;background-image:linear-gradient(#fff,#000)">x</td>',
    '<td style="background-image:url(https://x.example/a.png);background-color:#fff">x</td>',
    '<td bgcolor="#ffffff" style="background:url(https://x.example/a.png)">x</td>',
    '<table><tr><td background="https://x.example/a.png" bgcolor="#ffffff">x</td></tr></table>',
    '<p style="text-align:left;text-align:start">x</p>',
    '<p style="color:#666;color:rgba(0,0,0,.6)">x</p>',
    '<p style="color:#000;color:var(--x,#000)">x</p>',
    '<p style="font-size:16px;font-size:1rem">x</p>',
    '<td style="width:50%;width:calc(50% - 8px)">x</td>',
    '<div style="display:block;display:flex">x</div>',
    '<style>.a{color:#000;color:light-dark(#000,#fff)}</style>',
    '<style>.a{background:linear-gradient(#fff,#000)}</style><td class="a" bgcolor="#ffffff">x</td>',
    '<style>.a{color:rgba(0,0,0,.5)!important}</style><p class="b a" style="color:#777">x</p>',
    '<a href="https://x.example/" style="padding:12px;mso-padding-alt:0">x</a>',
    '<img src="https://x.example/a.png" alt="" align="left" style="float:left">',
    '<!--[if mso]><table width="600"><tr><td><![endif]--><div style="max-width:600px">x</div><!--[if mso]></td></tr></table><![endif]-->',
    '<p hidden style="display:none">x</p>',
    '<p style="visibility:hidden;display:none">x</p>',
    '<style>.a{visibility:hidden;display:none}</style>',
  ])('makes up for what lacks: %s', async html => {
    expect(await support(html)).toEqual([]);
  });

  it('stands before the value, not behind it', async () => {
    expect(await support('<p style="color:var(--x);color:#000">x</p>')).toHaveLength(1);
  });

  it('does not help where Gmail drops the whole attribute', async () => {
    const blanks = '<p style="color:#000;color:rgb(0 0 0)">x</p>';
    expect(await support(blanks)).toEqual(['warning color-with-blanks 1:22 gmail']);
    expect(await support('<style>.a{color:#000;color:rgb(0 0 0)}</style>')).toEqual([]);
  });

  it('has to be one that the client knows', async () => {
    const both = '<p style="color:rgba(0,0,0,.5);color:rgba(0,0,0,.6)">x</p>';
    expect(await support(both)).toHaveLength(2);
    expect(
      await support(
        '<td style="background-color:transparent;background-image:url(https://x.example/a.png)">',
      ),
    ).toEqual(['warning background-image 1:41 outlook-windows']);
  });

  it('of one element does not help another one with the same class', async () => {
    const html =
      '<style>.a{background:linear-gradient(#fff,#000)}</style><td class="a" bgcolor="#fff"><td class="a">';
    expect(await support(html)).toHaveLength(1);
  });
});

describe('What only some clients read', () => {
  it('is no matter for Outlook on Windows where it does not get it', async () => {
    const flex = '<div style="display:flex">x</div>';
    expect(await support(`<!--[if !mso]><!-->${flex}<!--<![endif]-->`)).toEqual([]);
    expect(await support(`<!--[if !mso]><!-- -->${flex}<!--<![endif]-->`)).toEqual([]);
    expect(await support(`<!--[if !(mso)]><!-->${flex}<!--<![endif]-->`)).toEqual([]);
    expect(await support(`<!--[if !mso]><!--><p>x</p><!--<![endif]-->${flex}`)).toHaveLength(1);
    expect(await support('<!--[if !mso]><!--><p style="position:fixed">x</p><!--<![endif]-->')).toEqual([
      'warning position 1:30 gmail,outlook-web,outlook-apps,yahoo',
    ]);
  });

  it('is a hint at most in a media query, and nothing for Outlook on Windows, which reads none', async () => {
    expect(await support('<style>@media (max-width: 9px) { .a { display: flex } }</style>')).toEqual([]);
    expect(await support('<style>@media (max-width: 9px) { .a { color: var(--x) } }</style>')).toEqual([
      'hint variable 1:39 gmail,outlook-web,outlook-apps,yahoo',
    ]);
  });

  it('is nothing for Gmail and Yahoo Mail where the query asks for dark mode', async () => {
    expect(
      await support('<style>@media (prefers-color-scheme: dark) { .a { color: var(--x) } }</style>'),
    ).toEqual(['hint variable 1:51 outlook-web,outlook-apps']);
  });

  it('is nothing to anybody on paper, behind @supports, or in steps of an animation', async () => {
    expect(await support('<style>@media print { a::after { content: "x" } }</style>')).toEqual([]);
    expect(await support('<style>@supports (display: grid) { .a { display: grid } }</style>')).toEqual([]);
    expect(await support('<style>@keyframes a { to { transform: none; opacity: .2 } }</style>')).toEqual([
      'hint animation 1:8 gmail,outlook-windows,outlook-web,outlook-apps,yahoo,thunderbird',
    ]);
  });

  it.each([
    'a[x-apple-data-detectors] { color: inherit !important }',
    'u + .body a { color: #000 }',
    '.ExternalClass * { line-height: 100% }',
    '#MessageViewBody > a { color: #000 }',
    '.moz-text-html .a { display: flex }',
  ])('is no matter for other clients where a rule is for one of them: %s', async rule => {
    expect(await support(`<style>${rule}</style>`)).toEqual([]);
  });

  it('is a matter of Outlook alone where its own attribute is asked for', async () => {
    expect(await support('<style>[data-ogsc] .a { color: #fff }</style>')).toEqual([]);
    expect(await support('<style>[data-ogsc] .a { color: var(--x) }</style>')).toEqual([
      'hint variable 1:25 outlook-web,outlook-apps',
    ]);
  });
});

describe('Findings of client-support', () => {
  it('tell each warning, and a hint once in a file', async () => {
    expect(await support('<p style="position:absolute">x</p>\n<p style="position:fixed">x</p>')).toHaveLength(
      2,
    );
    const [first, ...more] = await fixture.findings({
      ...CLEAN,
      't/html.hbs':
        '<td style="opacity:.5">x</td>\n<td style="opacity:.6">x</td>\n<td style="opacity:.7">x</td>',
    });
    expect(more).toEqual([]);
    expect(first).toMatchObject({ rule: 'client-support/opacity', line: 1, column: 12 });
    expect(first?.message).toBe(
      'opacity:.5 is not supported by Outlook on Windows: it is shown in full colour. Choose the paler colour itself. The same is at 2 more places of this file.',
    );
  });

  it('name the clients that are asked for, and no others', async () => {
    const html = '<p style="position:absolute">x</p><div style="display:grid">x</div>';
    expect(await support(html, ['gmail', 'apple-mail'])).toEqual(['warning position 1:11 gmail']);
    expect(await support(html, ['apple-mail', 'thunderbird'])).toEqual([]);
    expect(await support(html, [])).toEqual([]);
    const [finding] = await fixture.findings(
      { ...CLEAN, 't/html.hbs': html },
      { clients: ['yahoo', 'gmail'] },
    );
    expect(finding?.message).toMatch(/^position:absolute is not supported by Gmail and Yahoo Mail: /);
  });

  it('stand where the feature is written, also in later lines and behind expressions', async () => {
    expect(
      await support(
        '<p>{{a}}</p>\r\n<style>\r\n.a {\r\n  color: #000;\r\n  color2: var(--x)\r\n}\r\n</style>',
      ),
    ).toEqual(['warning variable 5:3 gmail,outlook-windows,outlook-web,outlook-apps,yahoo']);
    expect(await support('{{#if a}}\n  <svg></svg>\n{{/if}}')).toEqual([
      'warning svg 2:3 gmail,outlook-windows,outlook-web,outlook-apps,yahoo',
    ]);
  });

  it('repeat what is written in one short line, without values of the context', async () => {
    const html = `<style>.a::before { content: "{{x}} ${'Long text '.repeat(20)}" }</style>`;
    const found = await fixture.findings({ ...CLEAN, 't/html.hbs': html });
    const message = found.find(({ rule }) => rule === 'client-support/generated-content')?.message;
    expect(message).toMatch(/^content:"… long text [^\n]{1,60}… is not supported by Gmail/);
  });

  it('say nothing twice that another rule tells', async () => {
    const html =
      '<form action="https://x.example/"><input><button>x</button></form><script></script><iframe></iframe>';
    expect(await support(html)).toEqual([]);
    expect(await support('<link rel="stylesheet" href="https://x.example/a.css">')).toEqual([]);
  });

  it('are none in subjects and texts', async () => {
    const found = await fixture.findings({
      't/subject.hbs': '<svg>',
      't/text.hbs': '<p style="display:flex">',
    });
    expect(found).toEqual([]);
  });

  it('count the style sheets of a page together, as Gmail does', async () => {
    const sheet = `<style>${'p{color:#000}'.repeat(700)}</style>`;
    expect(await support(sheet)).toEqual([]);
    expect(await support(`${sheet}\n${sheet}\n${sheet}`)).toEqual(['warning style-size 2:8 gmail']);
  });
});

describe('A page in the manner of a mail framework', () => {
  it('needs nothing that clients lack', async () => {
    const html = [
      '<!doctype html><html lang="{{@culture}}" dir="{{@dir}}"><head><title>x</title>',
      '<!--[if mso]><style>table { position: absolute }</style><![endif]-->',
      '<style>@media only screen and (max-width: 600px) { .h { display: none !important } }',
      '#outlook a { padding: 0 } img { border: 0; height: auto; -ms-interpolation-mode: bicubic }</style></head>',
      '<body style="background-color:#eee;margin:0">',
      '<!--[if mso | IE]><table align="center" width="600"><tr><td><![endif]-->',
      '<div style="background:#fff;margin:0 auto;max-width:600px"><table width="100%"><tr><td style="padding:20px 0">',
      '<div style="display:inline-block;width:100%;vertical-align:top">',
      '<a href="https://x.example/" style="background:#333;padding:9px;mso-padding-alt:0;border-radius:3px">Go</a>',
      '<img src="https://x.example/a.png" style="width:100%;height:auto" width="550" alt="x">',
      '</div></td></tr></table></div><!--[if mso | IE]></td></tr></table><![endif]--></body></html>',
    ];
    expect(await support(html.join('\n'))).toEqual([]);
  });
});
