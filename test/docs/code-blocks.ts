import type { Page } from './pages.js';

/** A fenced code block of a page (CommonMark 4.5). */
export interface CodeBlock {
  /** The page, and the line of the opening fence: `docs/settings.md:12`. */
  readonly place: string;
  readonly page: string;
  readonly line: number;
  /** First word of the info string, such as `ts`; empty where there is none. */
  readonly language: string;
  /** The other words of the info string: a file name or a mark. */
  readonly info: string;
  readonly code: string;
  /** The heading above the block. */
  readonly heading: string;
}

const OPENING = /^( *)(`{3,}|~{3,}) *([^`]*)$/;

/** The fenced code blocks of a page, in order. */
export function codeBlocks({ path, text }: Page): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  const lines = text.split('\n');
  let heading = '';
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    heading = /^#+ +(.*)$/.exec(line)?.[1] ?? heading;
    const [, indent = '', fence, words = ''] = OPENING.exec(line) ?? [];
    if (fence === undefined) continue;
    const end = lines.findIndex((other, at) => at > index && isClosing(other, fence));
    if (end < 0) throw new Error(`${path}:${index + 1}: the code block has no end`);
    const [language = '', ...info] = words.trim().split(/\s+/);
    blocks.push({
      place: `${path}:${index + 1}`,
      page: path,
      line: index + 1,
      language,
      info: info.join(' '),
      code: `${lines
        .slice(index + 1, end)
        .map(inside => (inside.startsWith(indent) ? inside.slice(indent.length) : inside.trimStart()))
        .join('\n')}\n`,
      heading,
    });
    index = end;
  }
  return blocks;
}

/** The text of a page without its code blocks, line for line. */
export function withoutCodeBlocks({ text }: Page): string {
  let fence: string | undefined;
  return text
    .split('\n')
    .map(line => {
      if (fence === undefined) {
        fence = OPENING.exec(line)?.[2];
        return fence === undefined ? line : '';
      }
      if (isClosing(line, fence)) fence = undefined;
      return '';
    })
    .join('\n');
}

function isClosing(line: string, fence: string): boolean {
  const trimmed = line.trim();
  return (
    trimmed.length >= fence.length &&
    [...trimmed].every(character => character === fence[0]) &&
    trimmed !== ''
  );
}
