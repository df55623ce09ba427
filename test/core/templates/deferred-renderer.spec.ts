import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { BUILT_IN_CULTURES, isSpokenByBuiltIn } from '../../../lib/core/templates/files/built-in-cultures.js';
import { hasMachineTimeZone } from '../../../lib/core/templates/files/machine-time-zone.js';
import type { MailBrand } from '../../../lib/core/templates/mail-brand.js';
import { createTemplateRenderer } from '../../../lib/core/templates/rendering/create-template-renderer.js';
import { DeferredTemplateRenderer } from '../../../lib/core/templates/rendering/deferred-template-renderer.js';
import type { TemplateOptions } from '../../../lib/core/templates/template-options.js';
import { failure, TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
const { TZ } = process.env;
afterEach(() => {
  fixture.clean();
  if (TZ === undefined) delete process.env['TZ'];
  else process.env['TZ'] = TZ;
});

async function create(
  options: TemplateOptions,
  { brand, cultures = [] }: { brand?: MailBrand; cultures?: string[] } = {},
) {
  const warned: string[] = [];
  const log = { log: () => {}, warn: (line: string) => void warned.push(line), error: () => {} };
  const wanted = cultures.map(culture => ({ culture, from: 'the setting Cultures' }));
  const renderer = await createTemplateRenderer(options, {
    brand,
    log,
    cultures: wanted,
    builtIn: undefined,
  });
  return { renderer, warned, isDeferred: renderer instanceof DeferredTemplateRenderer };
}

describe('A renderer that is made with the first mail', () => {
  it('stands where there is nothing that a start would find or tell', async () => {
    const { path } = fixture.directory({ 't/subject.hbs': 's', 't/text.hbs': 't' });
    expect((await create({})).isDeferred).toBe(true);
    expect((await create({ sources: {} }, { cultures: ['fr-CA', 'de'] })).isDeferred).toBe(true);
    expect((await create({ directories: [path] })).isDeferred).toBe(false);
    expect((await create({ sources: { 't/text.hbs': 't' } })).isDeferred).toBe(false);
    expect((await create({ inlineCss: true })).isDeferred).toBe(false);
    const unspoken = await create({}, { cultures: ['fr', 'ja'] });
    expect(unspoken.isDeferred).toBe(false);
    expect(unspoken.warned).toEqual([expect.stringContaining('do not speak ja')]);
  });

  it('renders the built-in mails as one does that a start has made', async () => {
    const brand = { applicationName: 'Contoso', colors: { primary: '#aaaaaa' } };
    const { renderer, warned } = await create({ defaultCulture: 'fr', timeZone: 'Asia/Tokyo' }, { brand });
    expect(warned).toEqual([expect.stringContaining('brand.colors.onPrimary')]);
    const made = await fixture.create({ defaultCulture: 'fr', timeZone: 'Asia/Tokyo' }, brand);
    const context = { displayName: 'Ann', login: 'ann', changedAt: new Date(0) };
    for (const culture of [undefined, 'en', 'pl-PL'])
      expect(
        await renderer.render('password-changed', context, culture === undefined ? {} : { culture }),
      ).toEqual(await made.render('password-changed', context, culture === undefined ? {} : { culture }));
    expect(await failure(renderer.render('password-changd', {}))).toMatchObject({
      code: 'EMAILTEMPLATENOTFOUND',
    });
    await renderer.close();
  });

  it('is made once for mails that come at once, and again when that has failed', async () => {
    let tries = 0;
    const renderer = new DeferredTemplateRenderer(async () => {
      if (++tries === 1) throw new Error('the disk is busy');
      return fixture.create();
    });
    await expect(renderer.render('notification', {})).rejects.toThrow('the disk is busy');
    const context = { title: 't', lines: ['l'] };
    const mails = await Promise.all([1, 2, 3].map(() => renderer.render('notification', context)));
    expect(mails.map(({ subject }) => subject)).toEqual(['t', 't', 't']);
    expect(tries).toBe(2);
  });

  it.each([
    [{ helpers: { shout: Object('no function') } }, 'templates.helpers.shout must be a function'],
    [{ defaultCulture: 'klingonish!' }, 'is no culture'],
    [{ timeZone: 'Mars/Olympus' }, '"Mars/Olympus" is no time zone'],
  ])('lets a start tell what is wrong with its options: %j', async (options, words) => {
    expect((await failure(create(options))).message).toContain(words);
  });

  it('knows the languages of the built-in mails by heart', () => {
    const names = readdirSync(join(process.cwd(), 'lib/core/templates/builtin/languages'));
    expect([...BUILT_IN_CULTURES]).toEqual(names.map(name => name.replace('.json', '')).toSorted());
    expect(['pt_BR', 'DE', 'en-GB'].map(isSpokenByBuiltIn)).toEqual([true, true, true]);
    expect(['ja', 'eo', 'ar-EG'].map(isSpokenByBuiltIn)).toEqual([false, false, false]);
  });

  it.each([
    ['UTC', true],
    ['Europe/Paris', true],
    ['', false],
    ['Foo/Bar', false],
    ['Etc/Unknown', false],
    ['UTC+2', false],
  ])('has the time zone TZ=%j checked by the start unless it is certain', (zone, certain) => {
    process.env['TZ'] = zone;
    expect(hasMachineTimeZone()).toBe(certain);
  });
});
