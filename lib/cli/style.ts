import { styleText } from 'node:util';

/** Makes words stand out on a terminal, and leaves them alone everywhere else. */
export interface Style {
  good(text: string): string;
  warn(text: string): string;
  bad(text: string): string;
  dim(text: string): string;
  bold(text: string): string;
}

/**
 * The style of an output.
 *
 * @param env `NO_COLOR` and `TERM=dumb` in it mean that nobody wants colours (https://no-color.org). @default none
 */
export function styleFor(output: { isTTY?: boolean }, env: NodeJS.ProcessEnv = {}): Style {
  const plain = !output.isTTY || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  const as =
    (format: Parameters<typeof styleText>[0]) =>
    (text: string): string =>
      plain ? text : styleText(format, text);
  return { good: as('green'), warn: as('yellow'), bad: as('red'), dim: as('dim'), bold: as('bold') };
}
