import { afterEach, describe, expect, it } from '@jest/globals';
import { calendarOf, relativeTime } from '../../../lib/core/templates/helpers/relative-time.js';
import { everythingOf, failure, TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

const write = (source: string, context: object = {}, culture = 'en'): Promise<string> =>
  fixture.text(source, context, { culture, timeZone: 'UTC' });

/** Blanks that Intl writes between a number and its unit. */
const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, ' ');

describe('formatNumber', () => {
  it.each([
    [12_345_678_901_234_567_890n, '12,345,678,901,234,567,890'],
    [-9_007_199_254_740_993n, '-9,007,199,254,740,993'],
    ['9007199254740993', '9,007,199,254,740,993'],
    [' 1.50 ', '1.5'],
    ['1e3', '1,000'],
  ])('keeps the digits of %p', async (n, written) => {
    expect(await write('{{formatNumber n}}', { n })).toBe(written);
  });

  it.each([[Infinity], [-Infinity], ['Infinity'], ['0x10'], ['1,5'], ['1e999']])('refuses %p', async n => {
    expect((await failure(write('{{formatNumber n}}', { n }))).message).toContain(
      'formatNumber needs a number',
    );
  });
});

describe('formatCurrency', () => {
  it('writes an amount in the culture of the mail', async () => {
    expect(await write('{{formatCurrency n "EUR"}}', { n: 1234.5 })).toBe('€1,234.50');
    expect(plain(await write('{{formatCurrency n "EUR"}}', { n: 1234.5 }, 'fr'))).toBe('1 234,50 €');
    expect(plain(await write('{{formatCurrency n "EUR"}}', { n: 1234.5 }, 'de'))).toBe('1.234,50 €');
    expect(await write('{{formatCurrency n "jpy"}}', { n: 1234.5 })).toBe('¥1,235');
  });

  it('takes the currency out of the context, and the options of Intl by name', async () => {
    const context = { n: 3, money: 'USD' };
    expect(await write('{{formatCurrency n money}}', context)).toBe('$3.00');
    expect(await write('{{formatCurrency n currency=money}}', context)).toBe('$3.00');
    expect(await write('{{formatCurrency n "USD" maximumFractionDigits=0}}', context)).toBe('$3');
    expect(await write('{{formatCurrency n "USD" currencyDisplay="code"}}', context)).toMatch(/^USD\s3\.00$/);
    expect(await write('{{formatCurrency n "USD" style="percent"}}', context)).toBe('$3.00');
  });

  it('keeps the digits of a bigint', async () => {
    expect(await write('{{formatCurrency n "EUR"}}', { n: 12_345_678_901_234_567_890n })).toBe(
      '€12,345,678,901,234,567,890.00',
    );
  });

  it.each([
    ['{{formatCurrency n}}', 'the currency is undefined'],
    ['{{formatCurrency}}', 'it got no argument'],
    ['{{formatCurrency n ""}}', 'the currency is an empty text'],
    ['{{formatCurrency n "EURO"}}', 'not a code of three letters'],
    ['{{formatCurrency n 5}}', 'not a code of three letters'],
    ['{{formatCurrency n "EUR" "USD"}}', 'it got 3 arguments'],
    ['{{formatCurrency "much" "EUR"}}', 'formatCurrency needs a number'],
    ['{{formatCurrency n "EUR" minimumFractionDigits=1000}}', 'minimumFractionDigits'],
  ])('refuses %s', async (source, words) => {
    const error = await failure(write(source, { n: 3 }));
    expect(error).toMatchObject({ code: 'EMAILTEMPLATEHELPER', line: 1 });
    expect(error.message).toContain(words);
  });
});

describe('formatRelative', () => {
  const ahead = (ms: number): Date => new Date(Date.now() + ms);
  const hour = 3_600_000;

  it('counts from now, in the culture of the mail', async () => {
    expect(await write('{{formatRelative when}}', { when: ahead(3 * hour) })).toBe('in 3 hours');
    expect(await write('{{formatRelative when}}', { when: ahead(3 * hour) }, 'fr')).toBe('dans 3 heures');
    expect(await write('{{formatRelative when}}', { when: ahead(-2 * hour) }, 'de')).toBe('vor 2 Stunden');
    expect(await write('{{formatRelative when}}', { when: ahead(45 * 60_000).toISOString() })).toBe(
      'in 45 minutes',
    );
    expect(await write('{{formatRelative when}}', { when: ahead(24 * hour).getTime() })).toBe('tomorrow');
  });

  it('takes the options of Intl and a unit by name', async () => {
    const when = ahead(3 * hour);
    expect(await write('{{formatRelative when style="short"}}', { when })).toBe('in 3 hr.');
    expect(await write('{{formatRelative when unit="minutes"}}', { when })).toBe('in 180 minutes');
    expect(await write('{{formatRelative when numeric="always"}}', { when: ahead(24 * hour) })).toBe(
      'in 1 day',
    );
  });

  it.each([
    ['{{formatRelative}}', 'formatRelative needs a Date, an ISO 8601 text or milliseconds'],
    ['{{formatRelative "soon"}}', 'it got another text'],
    ['{{formatRelative when unit="moon"}}', 'formatRelative has the units second, minute'],
    ['{{formatRelative when style="huge"}}', 'style'],
  ])('refuses %s', async (source, words) => {
    const error = await failure(write(source, { when: 0 }));
    expect(error).toMatchObject({ code: 'EMAILTEMPLATEHELPER', line: 1 });
    expect(error.message).toContain(words);
  });

  it.each([
    ['2026-11-23T12:00:00Z', 0, 'second'],
    ['2026-11-23T12:00:59Z', 59, 'second'],
    ['2026-11-23T12:00:59.700Z', 1, 'minute'],
    ['2026-11-23T12:59:40Z', 1, 'hour'],
    ['2026-11-23T11:00:00Z', -1, 'hour'],
    ['2026-11-24T12:00:00Z', 1, 'day'],
    ['2026-12-07T12:00:00Z', 14, 'day'],
    ['2027-01-23T12:00:00Z', 2, 'month'],
    ['2028-11-23T12:00:00Z', 2, 'year'],
  ])('takes the unit that people would take for %s', (when, amount, unit) => {
    const now = new Date('2026-11-23T12:00:00Z');
    expect(relativeTime(new Date(when), now, () => calendarOf('UTC'))).toEqual({ amount, unit });
  });

  it('counts days as the calendar of the reader does', () => {
    const now = new Date('2026-11-23T22:00:00Z');
    const when = new Date('2026-11-25T04:00:00Z');
    expect(relativeTime(when, now, () => calendarOf('UTC'))).toEqual({ amount: 2, unit: 'day' });
    expect(relativeTime(when, now, () => calendarOf('Asia/Tokyo'))).toEqual({ amount: 1, unit: 'day' });
  });

  it('does not call nearly a whole day today', () => {
    const [now, when] = [new Date('2026-11-23T00:05:00Z'), new Date('2026-11-23T23:45:00Z')];
    expect(relativeTime(when, now, () => calendarOf('UTC'))).toEqual({ amount: 24, unit: 'hour' });
  });
});

describe('eq', () => {
  const day = '2026-11-23T00:00:00Z';
  it.each([
    ['open', 'open', true],
    ['open', 'Open', false],
    [1, 1, true],
    [1, '1', false],
    [0, '', false],
    [-0, 0, true],
    [1n, 1, false],
    [null, null, true],
    [null, undefined, false],
    [Number.NaN, Number.NaN, true],
    [new Date(day), new Date(day), true],
    [new Date(day), day, false],
    [new URL('https://x.test'), new URL('https://x.test/'), true],
  ])('of %p and %p is %p', async (a, b, same) => {
    expect(await write('{{#if (eq a b)}}yes{{else}}no{{/if}}', { a, b })).toBe(same ? 'yes' : 'no');
    expect(await write('{{#eq a b}}yes{{else}}no{{/eq}}', { a, b })).toBe(same ? 'yes' : 'no');
  });

  it('gives its block the context around it', async () => {
    expect(await write('{{#eq a 1}}{{name}}{{/eq}}', { a: 1, name: 'Ann' })).toBe('Ann');
  });

  it.each(['{{#if (eq a)}}x{{/if}}', '{{#if (eq a a a)}}x{{/if}}', '{{eq}}'])('refuses %s', async source => {
    expect((await failure(write(source, { a: 1 }))).message).toContain('eq needs two values');
  });

  it('is no way to ask for what is not there', async () => {
    expect(await failure(write('{{#if (eq lacks 1)}}x{{/if}}'))).toMatchObject({
      code: 'EMAILTEMPLATEVARIABLE',
      missing: 'lacks',
    });
  });
});

describe('join', () => {
  it('writes the items with a text between them', async () => {
    expect(await write('{{join list ", "}}', { list: ['a', 2, 3n, true] })).toBe('a, 2, 3, true');
    expect(await write('{{join list " | "}}', { list: ['a'] })).toBe('a');
    expect(await write('[{{join list ""}}]', { list: [] })).toBe('[]');
    expect(await write('{{join list}}', { list: ['a', 'b'] })).toBe('a, b');
  });

  it('lists things as a language does', async () => {
    const list = ['a', 'b', 'c'];
    expect(await write('{{join list type="conjunction"}}', { list })).toBe('a, b, and c');
    expect(await write('{{join list type="disjunction"}}', { list }, 'de')).toBe('a, b oder c');
    expect(await write('{{join list type="conjunction"}}', { list }, 'fr')).toBe('a, b et c');
  });

  it('is escaped in html', async () => {
    const { html } = await fixture.mail({ 't/html.hbs': '{{join list "<br>"}}' }, { list: ['<', '&'] });
    expect(html).toBe('&lt;&lt;br&gt;&amp;');
  });

  it.each([
    [[{ secret: 4711 }], 'item 1 is an object'],
    [['a', ['4711']], 'item 2 is a list'],
    [['a', undefined], 'item 2 is undefined'],
    [['a', null], 'item 2 is null'],
    [[Promise.resolve('4711')], 'item 1 is a promise; await it'],
    [[Number.NaN], 'item 1 is NaN'],
    [[new Date(Number.NaN)], 'item 1 is an invalid Date'],
    [[(): string => '4711'], 'item 1 is a function'],
    ['4711', 'the list is another text'],
    [{ length: 1, 0: '4711' }, 'the list is an object'],
    [null, 'the list is null'],
  ])('refuses %p without repeating it', async (list, words) => {
    const error = await failure(write('{{join list ", "}}', { list }));
    expect(error).toMatchObject({ code: 'EMAILTEMPLATEHELPER', line: 1 });
    expect(error.message).toContain(words);
    expect(everythingOf(error)).not.toContain('4711');
  });

  it('refuses a list of holes at the first one', async () => {
    const list: unknown[] = [];
    list.length = 1e9;
    expect((await failure(write('{{join list ", "}}', { list }))).message).toContain('item 1 is undefined');
  });

  it.each([
    ['{{join}}', 'it got no argument'],
    ['{{join list 5}}', 'what stands between is another number'],
    ['{{join list ", " "; "}}', 'it got 3 arguments'],
    ['{{join list type="heap"}}', 'join has the types conjunction, disjunction, unit'],
    ['{{join list ", " type="conjunction"}}', 'not both'],
  ])('refuses %s', async (source, words) => {
    expect((await failure(write(source, { list: ['a'] }))).message).toContain(words);
  });
});

describe('A helper that writes values', () => {
  it.each([
    ['{{formatDate}}', 'formatDate needs a Date, an ISO 8601 text or milliseconds: {{formatDate when}}'],
    ['{{formatDate when "long"}}', 'Options have names'],
    ['{{formatNumber}}', 'formatNumber needs a number: {{formatNumber n}}'],
    ['{{formatDuration}}', 'formatDuration needs a duration'],
    ['{{plural}}', 'plural needs a number and forms'],
    ['{{formatDate invalid}}', 'it got an invalid Date'],
    ['{{formatDate promised}}', 'it got a promise; await it'],
    ['{{formatNumber promised}}', 'it got a promise; await it'],
    ['{{link promised}}', 'it got a promise; await it'],
    ['{{formatDate nothing}}', 'it got null; guard it with {{#if …}}'],
  ])('says what %s needs', async (source, words) => {
    const context = {
      when: 0,
      invalid: new Date(Number.NaN),
      promised: Promise.resolve('x'),
      nothing: null,
    };
    const error = await failure(write(source, context));
    expect(error).toMatchObject({ code: 'EMAILTEMPLATEHELPER', line: 1 });
    expect(error.message).toContain(words);
  });

  it('counts a bigint of any size as languages do', async () => {
    const source = '{{plural n one="# file" few="# files (few)" many="# files (many)" other="# (other)"}}';
    expect(plain(await write(source, { n: 100_000_000_000_000_000_022n }, 'pl'))).toBe(
      '100 000 000 000 000 000 022 files (few)',
    );
    expect(await write(source, { n: 1n })).toBe('1 file');
    expect(await write('{{plural n zero="none" other="#"}}', { n: 0n })).toBe('none');
  });
});

describe('A day that no calendar has', () => {
  it.each(['2026-02-30', '2026-02-29', '2026-04-31T10:00:00Z', '2100-02-29', '+002026-06-31'])(
    'is refused: %s',
    async when => {
      for (const helper of ['formatDate', 'formatRelative'])
        expect((await failure(write(`{{${helper} when}}`, { when }))).message).toContain(
          `${helper} needs a Date, an ISO 8601 text or milliseconds`,
        );
    },
  );

  it.each(['2028-02-29', '2000-02-29T23:59:59Z', '2026-12-31', '0004-02-29'])('is none of %s', async when => {
    expect(await write('{{formatDate when day="numeric"}}', { when })).toBe(
      String(Number(when.slice(8, 10))),
    );
  });
});

it('formatDuration says what it got, and never the value', async () => {
  for (const [value, words] of [
    [Promise.resolve(1), 'a promise; await it'],
    [undefined, 'undefined'],
    ['secret', 'another text'],
    [[1], 'a list'],
    [new Date(0), 'a Date'],
  ] as const) {
    const { message } = await failure(write('{{formatDuration value}}', { value }));
    expect(message).toContain(`{ hours, minutes }; it got ${words}`);
    expect(message).not.toContain('secret');
  }
});

it('plural takes no other form for the one whose value is missing', async () => {
  for (const source of ['{{plural 1 one=form other="# days"}}', '{{plural 1 form "# days"}}'])
    for (const form of [undefined, null])
      expect((await failure(write(source, { form }))).message).toContain('plural needs the forms');
  expect(await write('{{plural 0 one="# day" other="# days"}}')).toBe('0 days');
  expect(await write('{{plural 1 zero="none" other="# days"}}')).toBe('1 days');
});
