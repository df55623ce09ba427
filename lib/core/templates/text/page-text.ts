import { APART, BLOCKS, NEVER_SHOWN, SET_APART } from './element-kinds.js';
import type { HtmlElement, HtmlNode } from './html-element.js';
import { isElement } from './html-element.js';
import { imageText } from './image-text.js';
import { isSameAddress, linkAddress } from './link-address.js';
import { listMarkers } from './list-markers.js';
import type { Look } from './look.js';
import { lookOf, PLAIN_LOOK } from './look.js';
import { writeTable } from './table-text.js';
import { wrapped } from './text-line.js';
import { TextWriter } from './text-writer.js';

type WriteElement = (writer: TextWriter, element: HtmlElement, look: Look) => void;

const RULE = '-'.repeat(40);
/** Links and marks that are nested deeper add nothing: each of them goes through the text in it once more. */
const MOST_READ = 8;

/** The text of a page as its readers see it, in lines of at most 76 columns as far as nothing breaks by that. */
export function pageText(root: HtmlElement): string {
  const writer = new TextWriter();
  writeNodes(writer, root.children, PLAIN_LOOK);
  return writer.finish().flatMap(wrapped).join('\n').replace(/^\n+/, '').trimEnd();
}

function writeNodes(writer: TextWriter, nodes: readonly HtmlNode[], look: Look): void {
  for (const node of nodes) {
    if (typeof node !== 'string') writeElement(writer, node, look);
    else if (!look.tiny && !look.invisible) writer.write(node, look.whiteSpace);
  }
}

function writeElement(writer: TextWriter, element: HtmlElement, around: Look): void {
  if (NEVER_SHOWN.has(element.name)) return;
  const look = lookOf(element, around);
  if (!look) return;
  const write = WRITERS.get(element.name);
  if (write) write(writer, element, look);
  else if (isBlock(element, look)) writeBlock(writer, element, look);
  else writeInline(writer, element, look);
}

function isBlock({ name }: HtmlElement, { display }: Look): boolean {
  if (display === undefined || display === 'inherit') return BLOCKS.has(name);
  // Columns of fluid layouts are blocks in a row.
  if (display.startsWith('inline')) return display !== 'inline' && BLOCKS.has(name);
  return display !== 'contents';
}

/** Whether an element is a box within a line, which its looks set apart. */
function isInlineBox({ display }: Look): boolean {
  return display !== undefined && display.startsWith('inline-');
}

function writeBlock(writer: TextWriter, { name, children }: HtmlElement, look: Look): void {
  const apart = APART.has(name);
  if (apart) writer.apart();
  else writer.endLine();
  writeBoxes(writer, children, look);
  if (apart) writer.apart();
  else writer.endLine();
}

/** What stands in a flexible box or a grid is a box each, with nothing between them in the page. */
function writeBoxes(writer: TextWriter, nodes: readonly HtmlNode[], look: Look): void {
  if (!/^(?:inline-)?(?:flex|grid)\b/.test(look.display ?? '')) return writeNodes(writer, nodes, look);
  for (const node of nodes) {
    writeNodes(writer, [node], look);
    writer.separate();
  }
}

function writeInline(writer: TextWriter, { name, children }: HtmlElement, look: Look): void {
  const apart = SET_APART.has(name) || BLOCKS.has(name) || isInlineBox(look);
  if (apart) writer.separate();
  writeBoxes(writer, children, look);
  if (apart) writer.separate();
}

function writeLink(writer: TextWriter, element: HtmlElement, look: Look): void {
  const address = look.read < MOST_READ ? linkAddress(element.attributes.get('href')) : undefined;
  const block = isBlock(element, look);
  if (block) writer.endLine();
  else if (isInlineBox(look)) writer.separate();
  const since = writer.place;
  writeNodes(writer, element.children, { ...look, read: look.read + 1 });
  if (address !== undefined) {
    const text = writer.textSince(since);
    if (text === undefined && since.lines === writer.place.lines) {
      // A picture without a name leads somewhere all the same.
      if (!look.invisible && hasUnnamedImage(element)) writer.write(`<${address}>`);
    } else if (text === undefined || !isSameAddress(text, address)) writer.addAddress(since, address);
    writer.separate();
  }
  if (block) writer.endLine();
}

function hasUnnamedImage(element: HtmlElement): boolean {
  return element.children.some(
    child => isElement(child) && (child.name === 'img' ? imageText(child) === '' : hasUnnamedImage(child)),
  );
}

function writeImage(writer: TextWriter, element: HtmlElement, look: Look): void {
  const text = look.invisible ? undefined : imageText(element);
  if (text === undefined || text === '') return;
  const block = isBlock(element, look);
  if (block) writer.endLine();
  else writer.separate();
  writer.write(text);
  if (block) writer.endLine();
  else writer.separate();
}

/** A region of an image map is a link with a text of its own. */
function writeArea(writer: TextWriter, { attributes }: HtmlElement, look: Look): void {
  const address = linkAddress(attributes.get('href'));
  if (address === undefined || look.invisible) return;
  writer.separate();
  const since = writer.place;
  writer.write(attributes.get('alt') ?? '');
  writer.addAddress(since, address);
  writer.separate();
}

function writeList(writer: TextWriter, element: HtmlElement, look: Look): void {
  if (look.inList) writer.endLine();
  else writer.apart();
  const markers = listMarkers(element)[Symbol.iterator]();
  const inner = { ...look, inList: true };
  for (const child of element.children) {
    if (!isElement(child) || child.name !== 'li') {
      writeNodes(writer, [child], inner);
      continue;
    }
    const marker = markers.next().value ?? '';
    const own = lookOf(child, inner);
    if (own) writeItem(writer, child, own, look.unmarked ? '' : marker);
  }
  if (look.inList) writer.endLine();
  else writer.apart();
}

function writeItem(writer: TextWriter, item: HtmlElement, look: Look, marker: string): void {
  const display = look.display ?? '';
  if (look.unmarked || marker === '' || /^inline|^table|^block|^flex/.test(display)) {
    if (display === 'inline') writeInline(writer, item, look);
    else writeBlock(writer, item, look);
  } else writer.within(marker, ' '.repeat(marker.length), () => writeNodes(writer, item.children, look));
}

function writeLooseItem(writer: TextWriter, item: HtmlElement, look: Look): void {
  writeItem(writer, item, { ...look, inList: true }, ' * ');
}

function writeQuote(writer: TextWriter, { children }: HtmlElement, look: Look): void {
  writer.apart();
  writer.within('> ', '> ', () => writeNodes(writer, children, { ...look, inList: false }));
  writer.apart();
}

function writeDefinition(writer: TextWriter, { children }: HtmlElement, look: Look): void {
  writer.within('    ', '    ', () => writeNodes(writer, children, look));
}

function writePreformatted(writer: TextWriter, { children }: HtmlElement, look: Look): void {
  writer.apart();
  const [first, ...others] = children;
  // The line end behind the tag belongs to the tag.
  if (typeof first === 'string') writeNodes(writer, [first.replace(/^\r?\n/, ''), ...others], look);
  else writeNodes(writer, children, look);
  writer.apart();
}

function writeRule(writer: TextWriter): void {
  writer.apart();
  writer.addLine(RULE, { fixed: true });
  writer.apart();
}

/** Powers and notes stay apart from what they stand behind; letters, as in `1st`, go on with it. */
function writeRaised(writer: TextWriter, element: HtmlElement, look: Look): void {
  const [first] = element.children;
  const raised = typeof first === 'string' && /^\s*[-+\u2212]?\d/.test(first);
  if (raised && /[\p{L}\p{N})]/u.test(writer.lastCharacter)) writer.write('^');
  writeInline(writer, element, look);
}

const surroundedBy =
  (mark: string): WriteElement =>
  (writer, element, look) => {
    const since = writer.place;
    writeInline(writer, element, { ...look, read: look.read + 1 });
    if (look.read < MOST_READ) writer.surround(since, mark);
  };

function writeReading(writer: TextWriter, element: HtmlElement, look: Look): void {
  writer.write('(');
  writeInline(writer, element, look);
  writer.write(')');
}

const WRITERS: ReadonlyMap<string, WriteElement> = new Map<string, WriteElement>([
  ['a', writeLink],
  ['area', writeArea],
  ['blockquote', writeQuote],
  ['br', writer => writer.breakLine()],
  ['dd', writeDefinition],
  ['del', surroundedBy('~')],
  ['hr', writeRule],
  ['img', writeImage],
  ['li', writeLooseItem],
  ...['ul', 'ol', 'menu', 'dir'].map((name): [string, WriteElement] => [name, writeList]),
  ...['pre', 'listing', 'xmp'].map((name): [string, WriteElement] => [name, writePreformatted]),
  ['q', surroundedBy('"')],
  ['rt', writeReading],
  ['s', surroundedBy('~')],
  ['strike', surroundedBy('~')],
  ['sup', writeRaised],
  ['table', (writer, element, look) => writeTable(writer, element, look, writeNodes)],
]);
