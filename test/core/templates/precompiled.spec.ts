import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { lateImport } from '../../../lib/core/errors/late-import.js';
import { BUILT_IN_TEXTS } from '../../../lib/core/templates/files/built-in-texts.js';
import { readJsonSamples } from '../../../lib/core/templates/files/samples-json.js';
import { TemplateCatalog } from '../../../lib/core/templates/files/template-catalog.js';
import { templateFolders } from '../../../lib/core/templates/files/template-folders.js';
import type { MailBrand } from '../../../lib/core/templates/mail-brand.js';
import { ResolvedBrand } from '../../../lib/core/templates/mail-brand.js';
import { BuiltInPrecompiled } from '../../../lib/core/templates/rendering/built-in-precompiled.js';
import { BundledPrecompiled } from '../../../lib/core/templates/rendering/bundled-precompiled.js';
import { CompiledTemplates } from '../../../lib/core/templates/rendering/compiled-templates.js';
import { HandlebarsCompiler } from '../../../lib/core/templates/rendering/handlebars-compiler.js';
import { HandlebarsTemplateRenderer } from '../../../lib/core/templates/rendering/handlebars-template-renderer.js';
import { precompileBuiltIn } from '../../../lib/core/templates/rendering/precompile-built-in.js';
import { precompileTemplates } from '../../../lib/core/templates/rendering/precompile-templates.js';
import type { CodeByKey } from '../../../lib/core/templates/rendering/precompiled-templates.js';
import type { TemplateOptions } from '../../../lib/core/templates/template-options.js';
import { failure } from './template-fixture.js';

const SOURCES = precompileBuiltIn();
const CULTURES = Object.keys(SOURCES.words);
const MAILS = Object.keys(BUILT_IN_TEXTS).flatMap(path => /^([^/]+)\/samples\.json$/.exec(path)?.[1] ?? []);
const ARABIC = join(import.meta.dirname, '../../support/languages');

/** What the package has in the place of the templates; which of it was asked for. */
function builtIn(asked: string[] = []): BuiltInPrecompiled {
  const evaluated = (name: string, source: string): (() => Promise<CodeByKey>) =>
    lateImport(async () => {
      asked.push(name);
      return Object(runInThisContext(`(${source})`));
    });
  return new BuiltInPrecompiled({
    templates: evaluated('templates', SOURCES.templates),
    words: Object.fromEntries(
      Object.entries(SOURCES.words).map(([name, source]) => [name, evaluated(name, source)]),
    ),
  });
}

/** Compiled templates that tell whether the compiler was needed. */
class WatchedTemplates extends CompiledTemplates {
  needed = 0;
  override compiler(): Promise<HandlebarsCompiler> {
    this.needed++;
    return super.compiler();
  }
}

function rendererWith(
  compiled: CompiledTemplates,
  options: TemplateOptions = {},
  brand?: MailBrand,
): HandlebarsTemplateRenderer {
  const catalog = TemplateCatalog.load(templateFolders(options), undefined);
  return new HandlebarsTemplateRenderer({ catalog, options, brand: new ResolvedBrand(brand), compiled });
}

const compiling = (options: TemplateOptions = {}): HandlebarsTemplateRenderer =>
  rendererWith(new CompiledTemplates([], new HandlebarsCompiler()), options);

describe('The built-in mails as the build compiles them', () => {
  it.each(MAILS)('are what their sources are, in every language: %s', async mail => {
    const { samples } = readJsonSamples(Buffer.from(BUILT_IN_TEXTS[`${mail}/samples.json`] ?? ''));
    expect(samples.length).toBeGreaterThan(0);
    const compiled = new WatchedTemplates([builtIn()]);
    const [ready, others] = [rendererWith(compiled), compiling()];
    for (const culture of [...CULTURES, 'fr-CA', 'pt-BR', 'fi'])
      for (const { context } of samples)
        expect(await ready.render(mail, context, { culture })).toEqual(
          await others.render(mail, context, { culture }),
        );
    expect(compiled.needed).toBe(0);
  });

  it('load the words of the language of a mail, and English ones', async () => {
    const asked: string[] = [];
    const renderer = rendererWith(new CompiledTemplates([builtIn(asked)]));
    const send = (culture: string): Promise<unknown> =>
      renderer.render('notification', { title: 't', lines: ['l'] }, { culture });
    await send('de-AT');
    expect(asked.toSorted()).toEqual(['de', 'en', 'templates']);
    await Promise.all([send('de'), send('en'), send('sv')]);
    expect(asked.toSorted()).toEqual(['de', 'en', 'sv', 'templates']);
  });

  it.each([1, 2])(
    'cost mails once that they cannot be loaded: compiled from texts if that comes again (%d)',
    async times => {
      const evaluated = (source = ''): CodeByKey => Object(runInThisContext(`(${source})`));
      let left = times;
      const fr = lateImport(async () => {
        if (left-- > 0) throw new Error('away');
        return evaluated(SOURCES.words['fr']);
      });
      const en = async (): Promise<CodeByKey> => evaluated(SOURCES.words['en']);
      const templates = async (): Promise<CodeByKey> => evaluated(SOURCES.templates);
      const compiled = new WatchedTemplates([new BuiltInPrecompiled({ templates, words: { en, fr } })]);
      const renderer = rendererWith(compiled);
      const context = { displayName: 'Ann', changedAt: '2026-12-01T10:00:00Z' };
      const args = ['password-changed', context, { culture: 'fr' }] as const;
      const both = await Promise.allSettled([renderer.render(...args), renderer.render(...args)]);
      for (const end of both)
        expect(end).toMatchObject({ status: 'rejected', reason: { code: 'EMAILCONNECT' } });
      expect(compiled.needed).toBe(0);
      expect(await renderer.render(...args)).toEqual(await compiling().render(...args));
      expect(compiled.needed > 0).toBe(times > 1);
    },
  );

  it('say the same of what a context lacks', async () => {
    const ready = rendererWith(new CompiledTemplates([builtIn()]));
    const context = { displayName: 'Ann', resetUrl: 'https://contoso.com/r' };
    const told = await failure(ready.render('reset-password', context, { culture: 'de' }));
    const wanted = await failure(compiling().render('reset-password', context, { culture: 'de' }));
    expect(told).toMatchObject({ code: 'EMAILTEMPLATEVARIABLE', missing: 'expiresAt' });
    expect({ ...told, message: told.message }).toEqual({ ...wanted, message: wanted.message });
  });

  it('are compiled where values are set apart, not strict, or where the application has a partial of its own', async () => {
    const context = { displayName: 'Ann', resetUrl: 'https://contoso.com/r', expiresAt: '2030-01-31' };
    for (const [options, culture] of [
      [{ directories: [ARABIC] }, 'ar'],
      [{ strict: false }, 'en'],
      [{ sources: { 'partials/heading.html.hbs': '<h1>{{title}}</h1>' } }, 'en'],
    ] as const) {
      const compiled = new WatchedTemplates([builtIn()]);
      const mail = await rendererWith(compiled, options).render('reset-password', context, { culture });
      expect(mail).toEqual(await compiling(options).render('reset-password', context, { culture }));
      expect(compiled.needed).toBeGreaterThan(0);
    }
  });

  it('are the words below a mail that its reader may not understand', async () => {
    const compiled = new WatchedTemplates([builtIn()]);
    expect(await rendererWith(compiled).languageBelow('fr')).toEqual(await compiling().languageBelow('fr'));
    expect(compiled.needed).toBe(0);
  });

  it('end with what a context throws, whatever that is, once', async () => {
    const renderer = rendererWith(new CompiledTemplates([builtIn()]), {}, { applicationName: 'Contoso' });
    let asked = 0;
    const context = {
      title: 't',
      lines: ['l'],
      get later(): string {
        asked++;
        throw undefined;
      },
    };
    await expect(renderer.render('notification', context)).rejects.toBeUndefined();
    expect(asked).toBe(1);
  });

  it('run beside the helpers of an application, which never change them', async () => {
    const compiled = new WatchedTemplates([builtIn()]);
    const helpers = { displayName: () => 'Eve', link: () => 'https://evil.test' };
    const context = { displayName: 'Ann', resetUrl: 'https://contoso.com/r', expiresAt: '2030-01-31' };
    expect(await rendererWith(compiled, { helpers }).render('reset-password', context)).toEqual(
      await compiling().render('reset-password', context),
    );
    expect(compiled.needed).toBe(0);
  });
});

describe('The templates of an application as a bundle has compiled them', () => {
  it('escape the words that stand in a word once', async () => {
    const words = {
      common: { reason: 'Syy: {{reason}}' },
      'account-locked': { title: 'Lukittu & suljettu. {{> words/common/reason}}' },
    };
    const options = { sources: { 'languages/fi.json': JSON.stringify(words) } };
    const catalog = TemplateCatalog.load(templateFolders(options), undefined);
    const code = precompileTemplates(catalog, catalog.languages.own());
    const bundled = new BundledPrecompiled(Object(runInThisContext(`(${code})`)));
    const ready = rendererWith(new CompiledTemplates([builtIn(), bundled]), options);
    const { samples } = readJsonSamples(Buffer.from(BUILT_IN_TEXTS['account-locked/samples.json'] ?? ''));
    const context = { ...samples[0]?.context, reason: 'liian <monta> & nopeaa' };
    const mail = await ready.render('account-locked', context, { culture: 'fi' });
    expect(mail.html).toContain('Lukittu &amp; suljettu. Syy: liian &lt;monta&gt; &amp; nopeaa');
    expect(mail).toEqual(await compiling(options).render('account-locked', context, { culture: 'fi' }));
  });
});
