import type { MailInLanguage } from './built-in-cases.js';
import { WIDTHS } from './mail-page.js';
import type { MeasuredMail } from './measured-mail.js';

/** What was measured of a mail in a language, with each of its samples. */
export interface MeasuredInLanguage extends Pick<MailInLanguage, 'mail' | 'culture'> {
  readonly samples: readonly MeasuredMail[];
}

const HEAD = [
  'mail',
  'language',
  'samples',
  'SpamAssassin',
  'axe-core light / dark',
  `overflow at ${WIDTHS.join(' / ')} px`,
  'without style sheets',
  'text part',
] as const;

/** The table of what was measured, in Markdown: of each mail the worst of its samples. */
export function resultsTable(measured: readonly MeasuredInLanguage[]): string {
  const rows = measured.map(({ mail, culture, samples }) => [
    `\`${mail}\``,
    culture,
    String(samples.length),
    Math.max(...samples.map(({ spam }) => spam.points)).toFixed(1),
    `${most(samples, ({ light }) => light.length)} / ${most(samples, ({ dark }) => dark.length)}`,
    widest(samples, 'overflow'),
    widest(samples, 'unstyled'),
    samples.every(({ text }) => text.length === 0)
      ? 'whole'
      : `${most(samples, ({ text }) => text.length)} faults`,
  ]);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(HEAD), line(HEAD.map(() => '---')), ...rows.map(line)].join('\n');
}

function most(samples: readonly MeasuredMail[], count: (mail: MeasuredMail) => number): number {
  return Math.max(...samples.map(count));
}

function widest(samples: readonly MeasuredMail[], kind: 'overflow' | 'unstyled'): string {
  return WIDTHS.map((_, index) => most(samples, mail => mail[kind][index]?.pixels ?? 0)).join(' / ');
}
