import { afterEach, describe, expect, it } from '@jest/globals';
import { CHECK_NOTE, checkNote, wereChecked } from '../../../lib/core/templates/files/checked-sources.js';
import type { MailRenderer } from '../../../lib/core/templates/mail-renderer.js';
import { createTemplateRenderer } from '../../../lib/core/templates/rendering/create-template-renderer.js';
import { DeferredTemplateRenderer } from '../../../lib/core/templates/rendering/deferred-template-renderer.js';
import type { TemplateOptions } from '../../../lib/core/templates/template-options.js';
import { failure, TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

const SOURCES = {
  'partials/who.html.hbs': '<b>{{loud name}}</b>',
  'welcome/html.hbs': '<p>{{> who}}</p>',
  'welcome/subject.hbs': 'Welcome, {{name}}',
};
const WITH = { defaultCulture: 'en', helpers: ['loud'] };
const loud = (text: string): string => text.toUpperCase();

/** The sources as the command writes them when nothing was to be told of them. */
function noted(sources: Readonly<Record<string, string>>, checkedWith = WITH): Record<string, string> {
  return { ...sources, [CHECK_NOTE]: checkNote(sources, checkedWith) };
}

function create(options: TemplateOptions): Promise<MailRenderer> {
  const log = {
    log: (line: string) => void fixture.lines.push(line),
    warn: (line: string) => void fixture.lines.push(line),
    error: (line: string) => void fixture.lines.push(line),
  };
  return createTemplateRenderer(options, { brand: undefined, log, cultures: [], builtIn: undefined });
}

describe('Templates that were checked when their module was written', () => {
  it('are not read before a mail needs them, and render as those that a start checks', async () => {
    const checked = await create({ sources: noted(SOURCES), helpers: { loud } });
    expect(checked).toBeInstanceOf(DeferredTemplateRenderer);
    const others = await create({ sources: SOURCES, helpers: { loud } });
    expect(others).not.toBeInstanceOf(DeferredTemplateRenderer);
    for (const [template, context] of [
      ['welcome', { name: 'Ann & Bob' }],
      ['notification', { title: 't', lines: ['l'] }],
    ] as const)
      expect(await checked.render(template, context)).toEqual(await others.render(template, context));
    expect(await checked.languageBelow?.('fr')).toEqual(await others.languageBelow?.('fr'));
    const broken = await failure(checked.render('welcome', {}, { subject: 's' }));
    expect(broken).toMatchObject({ file: 'sources: partials/who.html.hbs', line: 1, missing: 'name' });
  });

  it('are known by every text, the default culture and the helpers that they were checked with', () => {
    const sources = noted(SOURCES);
    expect(wereChecked(sources, WITH)).toBe(true);
    expect(wereChecked(sources, { defaultCulture: 'EN', helpers: ['other', 'loud'] })).toBe(true);
    expect(wereChecked(SOURCES, WITH)).toBe(false);
    expect(wereChecked(sources, { ...WITH, helpers: [] })).toBe(false);
    expect(wereChecked(sources, { ...WITH, defaultCulture: 'fr' })).toBe(false);
    expect(wereChecked({ ...sources, 'welcome/html.hbs': '<p></p>' }, WITH)).toBe(false);
    expect(wereChecked({ ...sources, 'welcome/text.hbs': '' }, WITH)).toBe(false);
    const { 'welcome/subject.hbs': _subject, ...fewer } = sources;
    expect(wereChecked(fewer, WITH)).toBe(false);
  });

  it.each(['', 'nonsense', '{}', '[]', 'null', '["x","loud"]'])(
    'are checked again where the module says %j',
    async note => {
      expect(wereChecked({ ...SOURCES, [CHECK_NOTE]: note }, WITH)).toBe(false);
      const sources = { ...SOURCES, 'welcome/html.hbs': '{{#if}}', [CHECK_NOTE]: note };
      expect(await failure(create({ sources, helpers: { loud } }))).toMatchObject({
        code: 'EMAILTEMPLATESYNTAX',
        file: 'sources: welcome/html.hbs',
      });
    },
  );

  it('are checked by the start once a text of theirs was broken, or a helper was taken away', async () => {
    const sources = { ...noted(SOURCES), 'welcome/html.hbs': '<p>{{> whom}}</p>' };
    expect(await failure(create({ sources, helpers: { loud } }))).toMatchObject({
      code: 'EMAILTEMPLATEPARTIAL',
      file: 'sources: welcome/html.hbs',
      line: 1,
      missing: 'whom',
    });
    expect(await failure(create({ sources: noted(SOURCES) }))).toMatchObject({
      code: 'EMAILTEMPLATEHELPER',
      missing: 'loud',
    });
  });
});
