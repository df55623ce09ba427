/** What small text needs against what is behind it (WCAG 2, success criterion 1.4.3, level AA). */
export const ENOUGH_CONTRAST = 4.5;

type Channels = readonly [number, number, number];

const BLACK: Channels = [0, 0, 0];
const WHITE: Channels = [255, 255, 255];
const STEPS = 255;

/**
 * The contrast of two colours in `#rrggbb` form, from 1 to 21, as WCAG 2 defines it.
 */
export function contrastOf(one: string, other: string): number {
  return contrast(channelsOf(one), channelsOf(other));
}

/**
 * The colour nearest to one that has enough contrast on all backgrounds: the colour itself, or one that is darker or
 * lighter.
 *
 * @returns undefined where no colour has enough contrast on all of them
 */
export function nearestReadable(color: string, backgrounds: readonly string[]): string | undefined {
  const from = channelsOf(color);
  const behind = backgrounds.map(channelsOf);
  const readable = [BLACK, WHITE]
    .map(target => firstReadable(from, target, behind))
    .filter(channels => channels !== undefined);
  const [nearest] = readable.toSorted((one, other) => distance(one, from) - distance(other, from));
  return nearest && `#${nearest.map(channel => channel.toString(16).padStart(2, '0')).join('')}`;
}

function firstReadable(from: Channels, target: Channels, behind: readonly Channels[]): Channels | undefined {
  for (let step = 0; step <= STEPS; step++) {
    const mixed = mix(from, target, step / STEPS);
    if (behind.every(background => contrast(mixed, background) >= ENOUGH_CONTRAST)) return mixed;
  }
  return undefined;
}

function mix(from: Channels, target: Channels, part: number): Channels {
  const at = (index: 0 | 1 | 2): number => Math.round(from[index] + (target[index] - from[index]) * part);
  return [at(0), at(1), at(2)];
}

function distance(one: Channels, other: Channels): number {
  return Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]);
}

function contrast(one: Channels, other: Channels): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function luminance([red, green, blue]: Channels): number {
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function linear(channel: number): number {
  const part = channel / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}

function channelsOf(color: string): Channels {
  const at = (start: number): number => Number.parseInt(color.slice(start, start + 2), 16);
  return [at(1), at(3), at(5)];
}
