import { afterEach, describe, expect, it } from '@jest/globals';
import { everythingOf, failure, TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

const SECRET = 'S3cr3t-T0ken';
const context = {
  secret: SECRET,
  url: `javascript:${SECRET}`,
  scheme: `${SECRET}:x`,
  nested: { secret: SECRET, list: [SECRET], map: new Map([['k', SECRET]]) },
  list: [{ secret: SECRET }],
  printed: { toString: () => SECRET },
};

describe('An error of a template never holds a value of the context', () => {
  it.each([
    ['a missing variable', '{{nope}}'],
    ['a missing nested variable', '{{nested.nope}}'],
    ['a variable below the secret', '{{secret.nope}}'],
    ['a variable far below the secret', '{{nested.secret.a.b}}'],
    ['a variable below an object that prints the secret', '{{printed.nope}}'],
    ['a missing variable in each', '{{#each list}}{{nope}}{{/each}}'],
    ['a missing variable in each of texts', '{{#each nested.list}}{{this.nope}}{{/each}}'],
    ['a missing variable of a block parameter', '{{#each nested.list as |s|}}{{s.nope}}{{/each}}'],
    ['a missing variable in a partial', '{{> p secret}}'],
    ['a missing helper', '{{nope secret}}'],
    ['a missing partial', '{{> nope secret}}'],
    ['a missing partial that the context names', '{{> (lookup . "secret")}}'],
    ['an unsafe link', '{{link url}}'],
    ['an unsafe link whose scheme is the secret', '{{link scheme}}'],
    ['a link that is no link', '{{link secret}}'],
    ['a date that is none', '{{formatDate secret}}'],
    ['a date option', '{{formatDate 0 dateStyle=secret}}'],
    ['a time zone', '{{formatDate 0 timeZone=secret}}'],
    ['a number that is none', '{{formatNumber secret}}'],
    ['a number option', '{{formatNumber 1 style="currency" currency=secret}}'],
    ['a duration that is none', '{{formatDuration secret}}'],
    ['a style of a duration', '{{formatDuration 1 style=secret}}'],
    ['a number of a plural', '{{plural secret one="x" other="y"}}'],
    ['a text called as a helper', '{{secret 1}}'],
    ['a text called as a block', '{{#secret 1}}x{{/secret}}'],
  ])('%s', async (_kind, source) => {
    const files = { 'partials/p.text.hbs': '{{nope}}' };
    const error = await failure(fixture.text(source, context, { files }));
    expect(everythingOf(error)).not.toContain(SECRET);
    expect(everythingOf(error).toLowerCase()).not.toContain(SECRET.toLowerCase());
  });

  it.each([
    ['an unknown template', 'nope', {}],
    ['a bad name', '../nope', {}],
    ['a bad culture', 't', { culture: '../fr' }],
    ['an empty template', 'empty', {}],
    ['no subject', 'bare', {}],
  ])('%s', async (_kind, name, options) => {
    const renderer = await fixture.renderer({
      't/subject.hbs': 's',
      't/text.hbs': 'x',
      'empty/subject.hbs': 's',
      'bare/text.hbs': 'x',
    });
    expect(everythingOf(await failure(renderer.render(name, context, options)))).not.toContain(SECRET);
  });

  it('the built-in mails with half a context', async () => {
    const renderer = await fixture.create();
    const contexts: [string, object][] = [
      ['reset-password-one-way', { password: SECRET }],
      ['reset-password', { displayName: 'Ann', resetUrl: `https://x.test/${SECRET}` }],
      ['reset-password', { displayName: 'Ann', resetUrl: `javascript:${SECRET}`, expiresAt: new Date() }],
      ['reset-password', { displayName: 'Ann', resetUrl: `https://x.test/${SECRET}`, expiresAt: SECRET }],
      ['password-changed', { displayName: SECRET, changedAt: 'never' }],
      ['notification', { title: SECRET, lines: [SECRET], action: { label: SECRET } }],
    ];
    for (const [name, half] of contexts)
      expect(everythingOf(await failure(renderer.render(name, half)))).not.toContain(SECRET);
  });
});
