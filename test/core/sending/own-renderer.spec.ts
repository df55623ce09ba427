import { describe, expect, it } from '@jest/globals';
import { OwnRenderer } from '../../../lib/core/sending/own-renderer.js';
import { RendererChain } from '../../../lib/core/sending/renderer-chain.js';
import { LetterRenderer } from '../../support/own-renderers.js';
import { rejection } from '../../support/rejection.js';

const silent = { defaultCulture: 'en', warn: () => {} };

describe('A renderer of the application', () => {
  it('has to answer within a time, whatever bounds its caller', async () => {
    const own = new LetterRenderer(() => new Promise(() => {}));
    const chain = new RendererChain({ ...silent, own, answerMs: 20 });
    expect(await rejection(chain.render('welcome', {}, { culture: 'fr' }))).toMatchObject({
      code: 'EMAILTEMPLATERENDERER',
      template: 'welcome',
      culture: 'fr',
      message: 'The renderer LetterRenderer has not answered within 0.02 s (template "welcome", culture fr).',
    });
  });

  it.each<[string, object, string]>([
    ['of an anonymous class', new (class {})(), 'The renderer of the application'],
    ['that is a plain object', {}, 'The renderer of the application'],
    ['without a prototype', Object.create(null) as object, 'The renderer of the application'],
    ['with a class', new LetterRenderer(() => undefined), 'The renderer LetterRenderer'],
  ])('%s has a name in errors', (_what, renderer, words) => {
    expect(new OwnRenderer(renderer as LetterRenderer, silent).words).toBe(words);
  });

  it.each(['fr FR', '../fr', ''])('is not asked in what is no culture: %j', async culture => {
    const own = new LetterRenderer(async () => ({ subject: 's', text: 'x' }));
    const chain = new RendererChain({ ...silent, own });
    expect(await rejection(chain.render('welcome', {}, { culture }))).toMatchObject({
      code: 'EMAILTEMPLATENAME',
    });
    expect(await rejection(chain.render('welcome', {}, { timeZone: 'Mars/Base' }))).toMatchObject({
      code: 'EMAILTEMPLATENAME',
    });
    expect(own.asked).toEqual([]);
  });

  it('is named in the error of a languageBelow that cannot be read', async () => {
    const own = Object.defineProperty(new LetterRenderer(() => undefined), 'languageBelow', {
      get: () => {
        throw new Error('not injected');
      },
    });
    const chain = new RendererChain({ ...silent, own });
    expect(await rejection(chain.languageBelow('fr'))).toMatchObject({
      code: 'EMAILTEMPLATERENDERER',
      message: expect.stringContaining('The renderer LetterRenderer failed: not injected'),
    });
  });

  it.each([{}, { html: '<p>x</p>' }, 'x', { html: 1, text: 'x' }])(
    'gets an error for words of a language that are none: %j',
    async notice => {
      const own = Object.assign(new LetterRenderer(() => undefined), { languageBelow: async () => notice });
      const chain = new RendererChain({ ...silent, own: own as LetterRenderer });
      expect(await rejection(chain.languageBelow('fr'))).toMatchObject({ code: 'EMAILTEMPLATERENDERER' });
    },
  );
});
