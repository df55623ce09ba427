import { afterEach, describe, expect, it } from '@jest/globals';
import { TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

const base = { displayName: 'Ann', expiresAt: '2030-01-31T18:30:00Z' };

/** The text part of an invitation. */
async function textOf(context: object, culture = 'en'): Promise<string> {
  const renderer = await fixture.create({ timeZone: 'Europe/Paris' });
  const all = { ...base, acceptUrl: 'https://acme.test/join?code=1', ...context };
  return (await renderer.render('invitation', all, { culture })).text;
}

describe('The text part of a built-in mail', () => {
  it.each(['en', 'fr'])('has lines of 76 characters at most in %s', async culture => {
    const message = 'Many words that go on and on. '.repeat(20).trim();
    for (const line of (await textOf({ message, applicationName: 'Acme' }, culture)).split('\n'))
      expect([...line].length).toBeLessThanOrEqual(76);
  });

  it('does not break links', async () => {
    const acceptUrl = `https://acme.test/join?code=${'x'.repeat(200)}`;
    expect((await textOf({ acceptUrl })).split('\n')).toContain(acceptUrl);
  });

  it('does not break names and dates', async () => {
    const invitedBy = 'Bob of the House of Example and of Many Other Houses';
    const applicationName = 'The Accounts of the Example Company Limited';
    const text = await textOf({ invitedBy, applicationName });
    expect(text).toContain(invitedBy);
    expect(text).toContain(applicationName);
    expect(text).toMatch(/31 January 2030 at 19:30/);
  });

  it('keeps lines that are laid out', async () => {
    const message = `  indented ${'word '.repeat(20)}\nname${' '.repeat(40)}value${' '.repeat(40)}end`;
    const text = await textOf({ message });
    for (const line of message.split('\n')) expect(text).toContain(line.trimEnd());
  });

  it('of a notification leaves the caller’s lines as they are', async () => {
    const renderer = await fixture.create();
    const line = 'Many words that go on and on. '.repeat(5).trim();
    expect((await renderer.render('notification', { title: 'T', lines: [line] })).text).toContain(line);
  });
});
