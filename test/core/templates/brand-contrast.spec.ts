import { afterEach, describe, expect, it } from '@jest/globals';
import { contrastOf, nearestReadable } from '../../../lib/core/templates/brand/contrast.js';
import type { MailBrand } from '../../../lib/core/templates/mail-brand.js';
import { ResolvedBrand } from '../../../lib/core/templates/mail-brand.js';
import { TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

const colorsOf = (colors: MailBrand['colors']): ReturnType<ResolvedBrand['in']>['colors'] =>
  new ResolvedBrand({ colors }).in().colors;
const warningsOf = (colors: MailBrand['colors']): string[] => new ResolvedBrand({ colors }).warnings;

describe('The contrast of two colours', () => {
  // Figures of the WCAG 2 formula, as common contrast checkers give them.
  it.each([
    ['#000000', '#ffffff', 21],
    ['#ffffff', '#ffffff', 1],
    ['#767676', '#ffffff', 4.54],
    ['#777777', '#ffffff', 4.48],
    ['#FF0000', '#ffffff', 4],
    ['#0000ff', '#ffffff', 8.59],
  ])('of %s and %s is %d, whichever is in front', (one, other, ratio) => {
    expect(contrastOf(one, other)).toBeCloseTo(ratio, 2);
    expect(contrastOf(other, one)).toBe(contrastOf(one, other));
  });

  it.each([
    ['#9ca3af', ['#ffffff']],
    ['#9ca3af', ['#ffffff', '#f3f4f6']],
    ['#333333', ['#000000']],
    ['#ffff00', ['#ffffff']],
    ['#808080', ['#808080']],
  ])('of %s is enough on %j in the nearest readable colour, and not one step before it', (color, behind) => {
    const nearest = nearestReadable(color, behind) ?? '';
    const least = Math.min(...behind.map(background => contrastOf(nearest, background)));
    expect(least).toBeGreaterThanOrEqual(4.5);
    expect(least).toBeLessThan(4.7);
  });

  it('cannot be enough on black and on white at once with much to spare, and nowhere between three greys', () => {
    expect(nearestReadable('#1f5fbf', ['#000000', '#ffffff'])).toBeDefined();
    expect(nearestReadable('#1f5fbf', ['#000000', '#808080', '#ffffff'])).toBeUndefined();
  });
});

describe('The colour of links', () => {
  it('is the primary colour where that can be read', () => {
    expect(colorsOf({ primary: '#0b6e4f' }).link).toBe('#0b6e4f');
  });

  it('is a darker one of its kind where the primary colour is too light for text', () => {
    const { link, primary } = colorsOf({ primary: '#6ee7b7', onPrimary: '#000000' });
    expect(primary).toBe('#6ee7b7');
    expect(contrastOf(link, '#ffffff')).toBeGreaterThanOrEqual(4.5);
    expect(contrastOf(link, '#f3f4f6')).toBeGreaterThanOrEqual(4.5);
  });

  it('is a lighter one on a dark card', () => {
    const dark = { background: '#000000', surface: '#111111', text: '#ffffff', muted: '#cccccc' };
    const { link } = colorsOf({ ...dark, primary: '#00205b' });
    expect(contrastOf(link, '#111111')).toBeGreaterThanOrEqual(4.5);
    expect(warningsOf({ ...dark, primary: '#00205b' })).toEqual([]);
  });

  it('is what the brand says, even where that is hard to read', () => {
    expect(colorsOf({ link: '#ffff00' }).link).toBe('#ffff00');
  });
});

describe('Colours that are hard to read', () => {
  it('are none of the default ones', () => {
    expect(warningsOf({})).toEqual([]);
    expect(new ResolvedBrand().warnings).toEqual([]);
  });

  it('are told with their contrast and the nearest colour that has enough', () => {
    const [warning = '', ...others] = warningsOf({ primary: '#6ee7b7' });
    expect(others).toEqual([]);
    expect(warning).toMatch(
      /^colors\.onPrimary \(#ffffff\) on primary \(#6ee7b7\) is hard to read: its contrast is 1\.\d\d:1, and text needs 4\.5:1; the nearest colour that has it is #[0-9a-f]{6}$/,
    );
    expect(contrastOf(/#[0-9a-f]{6}$/.exec(warning)?.[0] ?? '', '#6ee7b7')).toBeGreaterThanOrEqual(4.5);
  });

  it.each<[string, MailBrand['colors'], string[]]>([
    ['text', { text: '#9ca3af' }, ['text (#9ca3af) on surface', 'text (#9ca3af) on background']],
    ['small print', { muted: '#9ca3af' }, ['muted (#9ca3af) on surface', 'muted (#9ca3af) on background']],
    ['links', { link: '#ffcc00' }, ['link (#ffcc00) on surface', 'link (#ffcc00) on background']],
    [
      'a background',
      { background: '#4b5563' },
      ['text (#1f2937) on background', 'muted (#646b79) on background'],
    ],
  ])('are told once for each pair: %s', (_, colors, expected) => {
    const warnings = warningsOf(colors).map(warning => warning.slice('colors.'.length));
    for (const words of expected)
      expect(warnings.filter(warning => warning.startsWith(words))).toHaveLength(1);
    expect(new Set(warnings).size).toBe(warnings.length);
  });

  it('are not rounded to what would be enough', () => {
    expect(warningsOf({ text: '#777777', background: '#ffffff' })[0]).toContain('is 4.47:1');
  });

  it('are warned of at start, and stop nothing', async () => {
    await fixture.create({}, { colors: { muted: '#c0c0c0', background: '#ffffff' } });
    expect(fixture.lines).toHaveLength(2);
    for (const line of fixture.lines) expect(line).toMatch(/^warn brand\.colors\.muted \(#c0c0c0\) on .*\.$/);
  });
});
