import { afterEach, describe, expect, it } from '@jest/globals';
import { MailTemplateError } from '../../../lib/core/errors/mail-template-error.js';
import { RenderPlans } from '../../../lib/core/templates/rendering/render-plan.js';
import type { RenderPlan } from '../../../lib/core/templates/rendering/render-plan.js';
import { failure, TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

const brand = { applicationName: '', applicationUri: '' };
const plan = (name: string): RenderPlan =>
  ({ name, wanted: 'en', culture: 'en', data: { culture: 'en', dir: 'ltr', brand } }) as RenderPlan;

describe('The plans of a renderer', () => {
  it('are kept apart by template and by culture, as they were asked for', () => {
    const plans = new RenderPlans();
    plans.set('a', undefined, plan('a'));
    plans.set('a', 'fr', plan('a in fr'));
    expect(plans.get('a', undefined)?.name).toBe('a');
    expect(plans.get('a', 'fr')?.name).toBe('a in fr');
    expect(plans.get('a', 'FR')).toBeUndefined();
    expect(plans.get('b', undefined)).toBeUndefined();
    plans.clear();
    expect(plans.get('a', 'fr')).toBeUndefined();
  });

  it('do not grow with the cultures that people ask for', () => {
    const plans = new RenderPlans();
    for (let number = 0; number < 1000; number++) plans.set('a', `en-x-${number}`, plan(`${number}`));
    expect(plans.get('a', 'en-x-0')?.name).toBe('0');
    plans.set('a', 'en-x-1000', plan('1000'));
    expect(plans.get('a', 'en-x-0')).toBeUndefined();
    expect(plans.get('a', 'en-x-1000')?.name).toBe('1000');
  });

  it('are of no use to somebody who gives a list for a name', async () => {
    const renderer = await fixture.renderer({ 't/subject.hbs': 'S', 't/text.hbs': 'Text' });
    expect((await renderer.render('t', {}, { culture: 'fr' })).text).toBe('Text');
    const listed: unknown = Reflect.apply(renderer.render, renderer, [['t'], {}, { culture: 'fr' }]);
    expect(await failure(Promise.resolve(listed as Promise<unknown>))).toBeInstanceOf(MailTemplateError);
    const culture: unknown = Reflect.apply(renderer.render, renderer, ['t', {}, { culture: ['fr'] }]);
    expect((await failure(Promise.resolve(culture as Promise<unknown>))).code).toBe('EMAILTEMPLATENAME');
  });
});
