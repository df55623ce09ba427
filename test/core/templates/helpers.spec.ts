import { afterEach, describe, expect, it } from '@jest/globals';
import Handlebars from 'handlebars';
import type { HelperOptions } from 'handlebars';
import { failure, TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

const at = '2026-11-23T14:05:00Z';

describe('formatDate', () => {
  const date = (
    source: string,
    when: unknown,
    options: { culture?: string; timeZone?: string } = {},
  ): Promise<string> => fixture.text(source, { when }, { timeZone: 'UTC', ...options });

  it.each([
    ['a Date', new Date(at)],
    ['an ISO 8601 text', at],
    ['an ISO 8601 text with an offset', '2026-11-23T15:05:00+01:00'],
    ['milliseconds', Date.parse(at)],
  ])('takes %s', async (_kind, when) => {
    expect(await date('{{formatDate when dateStyle="long"}}', when)).toBe('November 23, 2026');
  });

  it('writes in the culture of the mail', async () => {
    const source = '{{formatDate when dateStyle="long"}}';
    expect(await date(source, at, { culture: 'fr' })).toBe('23 novembre 2026');
    expect(await date(source, at, { culture: 'de-DE' })).toBe('23. November 2026');
    expect(await date('{{formatDate when dateStyle="short"}}', at, { culture: 'en-GB' })).toBe('23/11/2026');
  });

  it('takes the options of Intl.DateTimeFormat as hash', async () => {
    expect(await date('{{formatDate when year="numeric" month="2-digit" day="2-digit"}}', at)).toBe(
      '11/23/2026',
    );
    expect(await date('{{formatDate when hour="2-digit" minute="2-digit" hour12=false}}', at)).toBe('14:05');
    expect(await date('{{formatDate when weekday="long"}}', at, { culture: 'fr' })).toBe('lundi');
  });

  it('writes date and time when it is given no options', async () => {
    expect(await date('{{formatDate when}}', at)).toMatch(/^November 23, 2026 at 2:05\sPM$/);
  });

  it('writes in the time zone of the options, and of the hash before that', async () => {
    const source = '{{formatDate when hour="2-digit" minute="2-digit" hour12=false}}';
    expect(await date(source, at, { timeZone: 'Europe/Paris' })).toBe('15:05');
    const own = '{{formatDate when hour="2-digit" minute="2-digit" hour12=false timeZone="Asia/Tokyo"}}';
    expect(await date(own, at, { timeZone: 'Europe/Paris' })).toBe('23:05');
    expect(await date('{{formatDate when timeZone="Asia/Tokyo"}}', at)).toMatch(/11:05\sPM$/);
  });

  it.each([
    [''],
    ['tomorrow'],
    ['hello 5'],
    [null],
    [undefined],
    [true],
    [{}],
    [[]],
    [new Date(Number.NaN)],
    [Number.NaN],
    [1e20],
  ])('refuses %p, which is no date', async when => {
    const error = await failure(date('\n{{formatDate when}}', when));
    expect(error).toMatchObject({
      code: 'EMAILTEMPLATEHELPER',
      template: 't',
      part: 'text',
      culture: 'en',
      line: 2,
    });
    expect(error.message).toContain('formatDate needs a Date, an ISO 8601 text or milliseconds');
  });

  it('refuses options that Intl does not know', async () => {
    const error = await failure(date('{{formatDate when dateStyle="enormous"}}', at));
    expect(error.code).toBe('EMAILTEMPLATEHELPER');
    expect(error.message).toContain('dateStyle');
    expect((await failure(date('{{formatDate when timeZone="Mars/Base"}}', at))).message).toMatch(
      /time ?zone/i,
    );
  });

  it('is an error without a value', async () => {
    expect((await failure(date('{{formatDate}}', at))).code).toBe('EMAILTEMPLATEHELPER');
  });
});

describe('formatNumber', () => {
  const number = (source: string, n: unknown, culture = 'en'): Promise<string> =>
    fixture.text(source, { n }, { culture });

  it('writes in the culture of the mail', async () => {
    expect(await number('{{formatNumber n}}', 1234.5)).toBe('1,234.5');
    expect(await number('{{formatNumber n}}', 1234.5, 'fr')).toBe('1\u202f234,5');
    expect(await number('{{formatNumber n}}', 1234.5, 'de')).toBe('1.234,5');
  });

  it('takes the options of Intl.NumberFormat as hash', async () => {
    expect(await number('{{formatNumber n style="currency" currency="EUR"}}', 1234.5)).toBe('€1,234.50');
    expect(await number('{{formatNumber n style="percent"}}', 0.25)).toBe('25%');
    expect(await number('{{formatNumber n maximumFractionDigits=0}}', 1.6)).toBe('2');
  });

  it.each([
    [0, '0'],
    [-1, '-1'],
    ['42', '42'],
    [10n, '10'],
  ])('takes %p', async (n, written) => {
    expect(await number('{{formatNumber n}}', n)).toBe(written);
  });

  it.each([[''], ['x'], [null], [undefined], [Number.NaN], [{}], [[1]], [true]])('refuses %p', async n => {
    const error = await failure(number('{{formatNumber n}}', n));
    expect(error).toMatchObject({ code: 'EMAILTEMPLATEHELPER', line: 1 });
    expect(error.message).toContain('formatNumber needs a number');
  });

  it('refuses options that Intl does not know', async () => {
    expect((await failure(number('{{formatNumber n style="nonsense"}}', 1))).message).toContain('style');
  });
});

describe('formatDuration', () => {
  const duration = (d: unknown, culture = 'en', source = '{{formatDuration d}}'): Promise<string> =>
    fixture.text(source, { d }, { culture });

  it.each([
    ['seconds', 10_800, '3 hours'],
    ['seconds of several units', 93_784, '1 day, 2 hours, 3 minutes, 4 seconds'],
    ['nothing', 0, '0 seconds'],
    ['seconds as text', '90', '1 minute, 30 seconds'],
    ['HH:mm:ss', '03:00:00', '3 hours'],
    ['HH:mm', '00:45', '45 minutes'],
    ['d.HH:mm:ss', '1.02:03:04', '1 day, 2 hours, 3 minutes, 4 seconds'],
    ['ISO 8601', 'PT3H', '3 hours'],
    ['ISO 8601 of several units', 'P1DT2H3M4S', '1 day, 2 hours, 3 minutes, 4 seconds'],
    ['ISO 8601 weeks', 'P2W', '2 weeks'],
    ['ISO 8601 years and months', 'P1Y6M', '1 year, 6 months'],
    ['ISO 8601 of nothing', 'PT0S', '0 seconds'],
    ['an object', { hours: 3, minutes: 5 }, '3 hours, 5 minutes'],
    ['an object in any order', { minutes: 5, hours: 3, days: 1 }, '1 day, 3 hours, 5 minutes'],
    ['an object of nothing', { hours: 0, minutes: 0 }, '0 seconds'],
  ])('takes %s', async (_kind, d, written) => {
    expect(await duration(d)).toBe(written);
  });

  it('writes in the culture of the mail', async () => {
    expect(await duration(10_860, 'fr')).toMatch(/^3\sheures et 1\sminute$/);
    expect(await duration(3600, 'de')).toBe('1 Stunde');
  });

  it('takes milliseconds when it is told so', async () => {
    expect(await duration(90_000, 'en', '{{formatDuration d unit="milliseconds"}}')).toBe(
      '1 minute, 30 seconds',
    );
  });

  it('takes the style as in Intl', async () => {
    expect(await duration(5400, 'en', '{{formatDuration d style="short"}}')).toBe('1 hr, 30 min');
    expect(await duration(5400, 'en', '{{formatDuration d style="narrow"}}')).toBe('1h 30m');
    expect(await duration(5400, 'en', '{{formatDuration d style="long"}}')).toBe('1 hour, 30 minutes');
    const error = await failure(duration(5400, 'en', '{{formatDuration d style="huge"}}'));
    expect(error.message).toContain('style');
  });

  it.each([
    [''],
    ['soon'],
    ['P'],
    ['PT'],
    ['3 hours'],
    [-1],
    [Number.NaN],
    [Infinity],
    [null],
    [{}],
    [{ hours: 'x' }],
    [{ hours: -1 }],
    [{ hours: Number.NaN }],
    [{ moons: 2 }],
  ])('refuses %p', async d => {
    const error = await failure(duration(d));
    expect(error).toMatchObject({ code: 'EMAILTEMPLATEHELPER', line: 1 });
    expect(error.message).toContain('formatDuration');
  });
});

describe('plural', () => {
  const source = '{{plural n zero="no files" one="# file" other="# files"}}';
  const plural = (n: unknown, culture: string, template = source): Promise<string> =>
    fixture.text(template, { n }, { culture });

  it.each([
    ['en', 1, '1 file'],
    ['en', 2, '2 files'],
    ['en', 0, 'no files'],
    ['en', 1.5, '1.5 files'],
    ['en', 1200, '1,200 files'],
    ['fr', 1.5, '1,5 file'],
  ])('in %s writes %d as "%s"', async (culture, n, written) => {
    expect(await plural(n, culture)).toBe(written);
  });

  it('counts nothing as a language does when there is no form for zero', async () => {
    const two = '{{plural n one="# file" other="# files"}}';
    expect(await plural(0, 'en', two)).toBe('0 files');
    expect(await plural(0, 'fr', two)).toBe('0 file');
  });

  it('knows the six categories of Arabic', async () => {
    const six = '{{plural n zero="z" one="1" two="2" few="f" many="m" other="o"}}';
    const written = [];
    for (const n of [0, 1, 2, 3, 11, 100]) written.push(await plural(n, 'ar', six));
    expect(written).toEqual(['z', '1', '2', 'f', 'm', 'o']);
  });

  it('takes other for a category that has no form', async () => {
    expect(await plural(3, 'pl', '{{plural n one="1" other="o"}}')).toBe('o');
  });

  it('takes its forms also as parameters', async () => {
    expect(await plural(1, 'en', '{{n}} {{plural n "file" "files"}}')).toBe('1 file');
    expect(await plural(2, 'en', '{{n}} {{plural n "file" "files"}}')).toBe('2 files');
  });

  it('does not take the text of a form for a pattern', async () => {
    expect(await plural(2, 'en', '{{plural n one="x" other="$& $1 #"}}')).toBe('$& $1 2');
  });

  it('refuses what is no number, and forms that are missing', async () => {
    expect((await failure(plural('x', 'en'))).message).toContain('plural needs a number');
    expect((await failure(plural(2, 'en', '{{plural n one="x"}}'))).message).toContain('other=');
    expect((await failure(plural(2, 'en', '{{plural n}}'))).code).toBe('EMAILTEMPLATEHELPER');
  });
});

describe('Helpers', () => {
  it('that do not exist are an error with file and line', async () => {
    for (const source of [
      '\n{{nope x}}',
      '\n{{nope 1 a=2}}',
      '\n{{formatNumber (nope x)}}',
      '\n{{#nope x}}y{{/nope}}',
    ]) {
      const error = await failure(fixture.text(source, { x: 1 }));
      expect(error).toMatchObject({ template: 't', part: 'text', culture: 'en', line: 2, missing: 'nope' });
      expect(error.code).toMatch(/^EMAILTEMPLATE(?:HELPER|VARIABLE)$/);
    }
  });

  it('that throw are an error with file and line, and the cause', async () => {
    const helpers = {
      boom: () => {
        throw new RangeError('out of coal');
      },
    };
    const files = { 'partials/p.text.hbs': 'a\n\n{{boom}}' };
    const error = await failure(fixture.text('{{> p}}', {}, { helpers, files }));
    expect(error).toMatchObject({
      code: 'EMAILTEMPLATEHELPER',
      template: 't',
      part: 'text',
      culture: 'en',
      line: 3,
    });
    expect(error.file).toMatch(/p\.text\.hbs$/);
    expect(error.message).toContain('out of coal');
    expect(error.cause).toBeInstanceOf(RangeError);
  });

  it('that throw in a block of another helper name the innermost place', async () => {
    const helpers = {
      outer(this: unknown, options: HelperOptions): string {
        return options.fn(this);
      },
      boom: () => {
        throw new Error('no');
      },
    };
    const error = await failure(fixture.text('{{#outer}}\n\n{{boom}}\n{{/outer}}', {}, { helpers }));
    expect(error.line).toBe(3);
  });

  it('that throw no error at all are an error', async () => {
    const helpers = {
      boom: () => {
        // oxlint-disable-next-line typescript/only-throw-error -- what bad helpers do
        throw 'just words';
      },
    };
    expect((await failure(fixture.text('{{boom}}', {}, { helpers }))).code).toBe('EMAILTEMPLATEHELPER');
  });

  it('of the app get parameters, hash, context and block', async () => {
    const helpers = {
      join: (list: string[], options: HelperOptions) => list.join(String(options.hash['by'])),
      twice(this: { x: string }, options: HelperOptions): string {
        return options.fn(this) + options.fn(this) + this.x;
      },
    };
    const source = '{{join list by="-"}} {{#twice}}{{x}}{{/twice}}';
    expect(await fixture.text(source, { list: ['a', 'b'], x: 'y' }, { helpers })).toBe('a-b yyy');
  });

  it('of the app may give safe html, and may replace a built-in helper', async () => {
    const helpers = {
      bold: (text: string) => new Handlebars.SafeString(`<b>${text}</b>`),
      formatNumber: () => 'mine',
    };
    const { html } = await fixture.mail({ 't/html.hbs': '{{bold "x"}} {{formatNumber 1}}' }, {}, { helpers });
    expect(html).toBe('<b>x</b> mine');
  });

  it('know the culture of the mail', async () => {
    const helpers = { culture: (options: HelperOptions) => String(Object(options.data).culture) };
    expect(await fixture.text('{{culture}}', {}, { helpers, culture: 'fr_ca' })).toBe('fr-CA');
  });

  it('of the same name in two renderers do not see each other', async () => {
    const files = {
      't/subject.hbs': '{{who}}',
      't/text.hbs': '{{who}}{{> p}}',
      'partials/p.text.hbs': '{{who}}',
    };
    const one = await fixture.renderer(files, { helpers: { who: () => 1 } });
    const two = await fixture.renderer(files, { helpers: { who: () => 2 } });
    const three = await fixture.renderer(files);
    expect((await one.render('t', {})).text).toBe('11');
    expect((await two.render('t', {})).text).toBe('22');
    expect((await one.render('t', {})).subject).toBe('1');
    expect((await failure(three.render('t', {}))).missing).toBe('who');
  });

  it('and partials leave the global Handlebars as it is', async () => {
    const state = (): unknown[] => [
      Object.keys(Handlebars.helpers),
      Object.keys(Handlebars.partials),
      Reflect.get(Handlebars, 'Compiler'),
      Reflect.get(Handlebars, 'JavaScriptCompiler'),
    ];
    const before = state();
    const files = { 'partials/p.text.hbs': 'p' };
    await fixture.text('{{own}}{{> p}}', {}, { helpers: { own: () => 'x' }, files });
    expect(state()).toEqual(before);
    expect(Handlebars.helpers['link']).toBeUndefined();
    expect(Handlebars.compile('[{{a.b}}{{c}}]')({})).toBe('[]');
  });

  it('registered in the global Handlebars are not seen by a mailer', async () => {
    Handlebars.registerHelper('globalHelper', () => 'leak');
    Handlebars.registerPartial('globalPartial', 'leak');
    try {
      expect((await failure(fixture.text('{{globalHelper 1}}', {}))).missing).toBe('globalHelper');
      expect((await failure(fixture.text('{{> globalPartial}}', {}))).missing).toBe('globalPartial');
    } finally {
      Handlebars.unregisterHelper('globalHelper');
      Handlebars.unregisterPartial('globalPartial');
    }
  });
});

describe('What a helper writes into the data of a mail', () => {
  it('is not there in the next one, in whichever frame it was', async () => {
    const renderer = await fixture.renderer(
      { 't/subject.hbs': 'Subject', 't/text.hbs': '{{#each items}}{{count}}{{/each}}{{@culture}}' },
      {
        helpers: {
          count: ({ data }: HelperOptions) => {
            let outermost = data;
            while (outermost._parent) outermost = outermost._parent;
            outermost.count = (outermost.count ?? 0) + 1;
            outermost.culture = 'other';
            return outermost.count;
          },
        },
      },
    );
    expect((await renderer.render('t', { items: ['a', 'b'] })).text).toBe('12en');
    expect((await renderer.render('t', { items: ['a', 'b'] })).text).toBe('12en');
  });
});
