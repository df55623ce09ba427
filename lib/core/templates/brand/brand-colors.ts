import type { BrandProblem } from './brand-problem.js';
import { contrastOf, ENOUGH_CONTRAST, nearestReadable } from './contrast.js';

/** The colours of the built-in mails, each `#rrggbb`. */
export interface MailBrandColors {
  /** Button and accent. @default '#1f5fbf' */
  primary: string;
  /** Text on the button. @default '#ffffff' */
  onPrimary: string;
  /** Links in the text. @default `primary`, or the nearest colour that can be read on `surface` and `background` */
  link: string;
  /** Behind the card. @default '#f3f4f6' */
  background: string;
  /** The card. @default '#ffffff' */
  surface: string;
  /** Text. @default '#1f2937' */
  text: string;
  /** Small print. @default '#646b79' */
  muted: string;
}

const DEFAULTS: Omit<MailBrandColors, 'link'> = {
  primary: '#1f5fbf',
  onPrimary: '#ffffff',
  background: '#f3f4f6',
  surface: '#ffffff',
  text: '#1f2937',
  muted: '#646b79',
};

/** What is read on what. */
const PAIRS: readonly (readonly [keyof MailBrandColors, keyof MailBrandColors])[] = [
  ['text', 'surface'],
  ['text', 'background'],
  ['muted', 'surface'],
  ['muted', 'background'],
  ['link', 'surface'],
  ['link', 'background'],
  ['onPrimary', 'primary'],
];

/** What is no colour of those given. */
export function colorProblems(colors: Partial<MailBrandColors> = {}): BrandProblem[] {
  return Object.entries(colors).flatMap(([name, color]) =>
    color === undefined || /^#[0-9a-f]{6}$/i.test(color)
      ? []
      : [{ key: `colors.${name}`, message: 'must be a colour such as #1f5fbf' }],
  );
}

/** Fills in the colours that are not given. */
export function resolveColors(colors: Partial<MailBrandColors> = {}): MailBrandColors {
  const given = Object.entries(colors).filter(([, color]) => color !== undefined);
  const known = { ...DEFAULTS, ...Object.fromEntries(given) };
  const { link = readableLink(known) } = colors;
  return { ...known, link };
}

function readableLink({ primary, surface, background }: Omit<MailBrandColors, 'link'>): string {
  const isEnough = [surface, background].every(behind => contrastOf(primary, behind) >= ENOUGH_CONTRAST);
  if (isEnough) return primary;
  return nearestReadable(primary, [surface, background]) ?? nearestReadable(primary, [surface]) ?? primary;
}

/** What is hard to read in these colours: words that complete "brand.…", one for each pair with too little contrast. */
export function contrastWarnings(colors: MailBrandColors): string[] {
  return PAIRS.flatMap(([front, back]) => {
    const ratio = contrastOf(colors[front], colors[back]);
    if (ratio >= ENOUGH_CONTRAST) return [];
    const others = PAIRS.filter(([name]) => name === front).map(([, behind]) => colors[behind]);
    const better =
      nearestReadable(colors[front], others) ?? nearestReadable(colors[front], [colors[back]]) ?? '#000000';
    // Not rounded: 4.499 would be told as 4.5, which is enough.
    const shown = (Math.floor(ratio * 100) / 100).toFixed(2);
    return [
      `colors.${front} (${colors[front]}) on ${back} (${colors[back]}) is hard to read: its contrast is ${shown}:1, and text needs ${ENOUGH_CONTRAST}:1; the nearest colour that has it is ${better}`,
    ];
  });
}
