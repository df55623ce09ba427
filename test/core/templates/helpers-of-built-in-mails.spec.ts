import { afterEach, describe, expect, it } from '@jest/globals';
import Handlebars from 'handlebars';
import { TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

const CONTEXTS: readonly [string, object][] = [
  [
    'notification',
    {
      title: 'T',
      greeting: 'Hello',
      lines: ['One', 'Two'],
      table: { columns: ['A', 'B'], rows: [['a', 'b']] },
      action: { label: 'Go', url: 'https://x.test/' },
      footer: 'F',
      severity: 'warning',
    },
  ],
  [
    'reset-password',
    { displayName: 'Ann', login: 'ann', resetUrl: 'https://x.test/r', expiresAt: '2030-01-31T18:00:00Z' },
  ],
  ['password-changed', { displayName: 'Ann', changedAt: '2030-01-31T18:00:00Z' }],
  ['reset-password-one-way', { displayName: 'Ann', password: 'p', mustChange: true }],
];

describe('Built-in mails', () => {
  it('are the same whatever helpers the application has', async () => {
    const names = [
      ...'if unless each with lookup log helperMissing blockHelperMissing'.split(' '),
      ...'link formatDate formatNumber formatDuration plural default embed'.split(' '),
      ...'title lines greeting this displayName login severity colon label url date-time heading'.split(' '),
      ...'button layouts/mail paragraph partials root .text .escaped .read .strict .program'.split(' '),
    ];
    const helpers = Object.fromEntries(names.map(name => [name, (): string => 'broken']));
    const timeZone = 'Europe/Paris';
    const plain = await fixture.create({ timeZone });
    const own = await fixture.create({ timeZone, helpers });
    for (const [name, context] of CONTEXTS)
      for (const culture of ['en', 'fr'])
        expect(await own.render(name, context, { culture })).toEqual(
          await plain.render(name, context, { culture }),
        );
  });

  it('use the helpers of the application in a layout or partial of the application, and there alone', async () => {
    const renderer = await fixture.renderer(
      {
        'partials/button.html.hbs': '<a href="{{link url}}">{{shout label}}</a>',
        'layouts/mail.text.hbs': '{{shout "top"}} {{> @partial-block}}{{#each lines}}{{this}}{{/each}}',
      },
      { helpers: { shout: (text: string) => text.toUpperCase(), each: () => 'mine', link: () => 'own' } },
    );
    const { html, text } = await renderer.render('notification', {
      title: 'T',
      lines: ['One'],
      action: { label: 'Go', url: 'https://x.test/' },
    });
    expect(html).toContain('<a href="own">GO</a>');
    expect(html).toContain('One');
    expect(text).toMatch(/^TOP T\s+One\s+Go:\s+https:\/\/x\.test\/\s+mine$/);
  });

  it('lend layouts and partials to templates with helpers of their own', async () => {
    const helpers = {
      link: (url: unknown) => `own-${String(url)}`,
      bold: () => new Handlebars.SafeString('<b>x</b>'),
    };
    const { html } = await fixture.mail(
      {
        't/html.hbs':
          '{{#> layouts/mail title="T"}}{{link "a"}}{{> button url="https://x.test/" label=(bold)}}{{link "b"}}{{/layouts/mail}}',
      },
      {},
      { helpers },
    );
    expect(html).toContain('own-a');
    expect(html).toContain('own-b');
    expect(html).toContain('href="https://x.test/"');
    expect(html).toContain('<b>x</b></a>');
  });
});
