import { afterEach, describe, expect, it } from '@jest/globals';
import { RenderPlans } from '../../../lib/core/templates/rendering/render-plan.js';
import { failure, TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

const when = '2026-11-23T14:05:00Z';
const clock = '{{formatDate when hour="2-digit" minute="2-digit" hour12=false}}';

describe('The time zone of a mail', () => {
  const render = async (timeZone: string | null | undefined, source = clock): Promise<string> => {
    const renderer = await fixture.renderer(
      { 't/subject.hbs': 'S', 't/text.hbs': source },
      { timeZone: 'America/New_York' },
    );
    return (await renderer.render('t', { when }, timeZone === undefined ? {} : { timeZone })).text;
  };

  it('is the one that it names, else that of the renderer', async () => {
    expect(await render('Asia/Tokyo')).toBe('23:05');
    expect(await render('Europe/Paris')).toBe('15:05');
    expect(await render(undefined)).toBe('09:05');
    expect(await render(null)).toBe('09:05');
  });

  it('gives way to the zone that the template names', async () => {
    const own = '{{formatDate when hour="2-digit" minute="2-digit" hour12=false timeZone="UTC"}}';
    expect(await render('Asia/Tokyo', own)).toBe('14:05');
  });

  it('moves no day: a text without a time is that day for everybody', async () => {
    const day = '{{formatDate "2026-11-29" dateStyle="long"}}';
    for (const zone of ['America/New_York', 'Pacific/Honolulu', 'Pacific/Kiritimati', 'UTC'])
      expect(await render(zone, day)).toBe('November 29, 2026');
    expect(await render('Europe/Vienna', day)).toBe('29 November 2026');
    const named = '{{formatDate "2026-11-29" dateStyle="long" timeZone="America/New_York"}}';
    expect(await render('UTC', named)).toBe('November 28, 2026');
  });

  it('is known in blocks, partials and layouts, and as @timeZone', async () => {
    const files = {
      't/subject.hbs': clock,
      't/text.hbs': '{{#> layouts/l}}{{#each list}}{{> p when=../when}}{{/each}}{{/layouts/l}}',
      'layouts/l.text.hbs': '{{@timeZone}} {{> @partial-block}}',
      'partials/p.text.hbs': clock,
    };
    const renderer = await fixture.renderer(files);
    const mail = await renderer.render('t', { when, list: [1, 2] }, { timeZone: 'Asia/Tokyo' });
    expect(mail).toMatchObject({ subject: '23:05', text: 'Asia/Tokyo 23:0523:05' });
  });

  it.each(['Mars/Base', '', 'Europe/Paris\n', '../etc', 'x'.repeat(10_000)])(
    'is refused in words when it is %p',
    async timeZone => {
      const error = await failure(render(timeZone));
      expect(error.code).toBe('EMAILTEMPLATENAME');
      expect(error.message).toContain('is no time zone; use an IANA name such as Europe/Paris');
    },
  );

  it('is not kept: plans do not grow with zones', async () => {
    const renderer = await fixture.renderer({ 't/subject.hbs': 'S', 't/text.hbs': clock });
    const kept: number[] = [];
    const { set } = RenderPlans.prototype;
    RenderPlans.prototype.set = function (...args) {
      kept.push(kept.length);
      return set.apply(this, args);
    };
    try {
      for (const timeZone of Intl.supportedValuesOf('timeZone').slice(0, 50))
        await renderer.render('t', { when }, { timeZone });
    } finally {
      RenderPlans.prototype.set = set;
    }
    expect(kept).toEqual([0]);
  });
});

describe('Dates in English without a region', () => {
  const date = (culture: string, timeZone: string): Promise<string> =>
    fixture.text('{{formatDate when dateStyle="short"}}', { when }, { culture, timeZone });

  it.each([
    'Europe/London',
    'Europe/Warsaw',
    'Atlantic/Reykjavik',
    'Atlantic/Canary',
    'Atlantic/Madeira',
    'Atlantic/Faroe',
  ])('are British in %s', async timeZone => {
    expect(await date('en', timeZone)).toBe('23/11/2026');
  });

  it.each(['UTC', 'America/New_York', 'Asia/Tokyo', 'Atlantic/Bermuda', 'Africa/Lagos'])(
    'are American in %s',
    async timeZone => {
      expect(await date('en', timeZone)).toBe('11/23/26');
    },
  );

  it('are those of the region where there is one, and of no other language', async () => {
    expect(await date('en-US', 'Europe/London')).toBe('11/23/26');
    expect(await date('en-CA', 'Europe/London')).toBe('2026-11-23');
    expect(await date('fr', 'Europe/London')).toBe('23/11/2026');
  });

  it('are British where the template names a zone of Europe', async () => {
    const source = '{{formatDate when dateStyle="short" timeZone="Europe/Paris"}}';
    expect(await fixture.text(source, { when }, { timeZone: 'UTC' })).toBe('23/11/2026');
  });
});
