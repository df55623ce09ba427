import { withoutConditions } from './conditional-comments.js';
import { HtmlScanner } from './html-scanner.js';
import type { HtmlPlace } from './html-tag.js';

type Program = hbs.AST.Program;
type Statement = hbs.AST.Statement;

/** How the values of a page are taken. */
export interface HtmlPlacesOptions {
  /** Whether a value may print nothing: in `<a title={{x}} alt="{{y}}">` it then stands in `title`. @default false */
  readonly emptyValues?: boolean;
  /** Attributes of which places say what stands before them. @default none */
  readonly remembered?: (attribute: string) => boolean;
  /** The character that stands for what a statement prints. @default 'x' */
  readonly standIn?: (statement: hbs.AST.Statement) => string;
}

/** Block helpers that run their block or what stands behind `{{else}}`, once. */
const ONE_OF_TWO: ReadonlySet<string> = new Set(['if', 'unless', 'with', 'eq']);
/** As many ways of reading one place are followed; a page that can be read in more ways is not followed any further. */
const MOST_READINGS = 32;
/** Statements that are read at most, those in loops each time. */
const MOST_STEPS = 200_000;

/**
 * Where in the page of an html part its values are printed. Every branch of a template is followed: a value behind
 * `{{#if x}}<a href={{else}}<a href="{{/if}}` stands at two places. What has been read up to a place is kept as the text that
 * brings a scanner there.
 */
export class HtmlPlaces {
  readonly #options: HtmlPlacesOptions;
  readonly #places = new Map<object, Map<string, HtmlPlace>>();
  #balanced = true;
  #steps = 0;

  /** @param program a parsed template, as Handlebars has taken the blanks of standalone lines out of it */
  constructor(program: Program, options: HtmlPlacesOptions = {}) {
    this.#options = options;
    this.#unit(program);
  }

  /**
   * Whether the template, and each block of it that is printed elsewhere, ends where it begins: in text. What stands behind one
   * that does not is somewhere else than it seems to be.
   */
  get balanced(): boolean {
    return this.#balanced;
  }

  /** The places of a mustache, or of the call of a partial; none where the page could not be followed. */
  of(statement: object): readonly HtmlPlace[] {
    return [...(this.#places.get(statement)?.values() ?? [])];
  }

  /** Reads what is printed by itself somewhere: a file, an inline partial, or a block that a partial is given. */
  #unit(program: Program): void {
    if (this.#run(program, ['']).some(resume => resume !== '')) this.#balanced = false;
  }

  #run(program: Program | undefined, readings: readonly string[]): readonly string[] {
    let now = readings;
    for (const statement of program?.body ?? []) now = this.#step(statement, now);
    return now;
  }

  #step(statement: Statement, readings: readonly string[]): readonly string[] {
    if (++this.#steps > MOST_STEPS || readings.length > MOST_READINGS) {
      this.#balanced = false;
      return [];
    }
    switch (statement.type) {
      case 'ContentStatement': {
        const text = withoutConditions((statement as hbs.AST.ContentStatement).value);
        return distinct(readings.map(resume => this.#after(resume + text)));
      }
      case 'MustacheStatement':
      case 'PartialStatement':
        return this.#print(statement, readings);
      case 'PartialBlockStatement':
        this.#unit((statement as hbs.AST.PartialBlockStatement).program);
        return this.#print(statement, readings);
      case 'DecoratorBlock':
        this.#unit((statement as hbs.AST.DecoratorBlock).program);
        return readings;
      case 'BlockStatement':
        return this.#block(statement as hbs.AST.BlockStatement, readings);
      default:
        return readings;
    }
  }

  #block(block: hbs.AST.BlockStatement, readings: readonly string[]): readonly string[] {
    // Either can be missing, whatever the types of Handlebars say.
    const { program, inverse }: { program?: Program; inverse?: Program } = block;
    const otherwise = this.#run(inverse, readings);
    const name = 'original' in block.path ? block.path.original : undefined;
    let entries = readings;
    let ends = this.#run(program, entries);
    if (typeof name === 'string' && ONE_OF_TWO.has(name)) return distinct([...ends, ...otherwise]);
    // Others may run their block again and again, or not at all.
    for (;;) {
      const next = distinct([...entries, ...ends]);
      if (next.length === entries.length) return distinct([...readings, ...ends, ...otherwise]);
      if (next.length > MOST_READINGS) return next;
      entries = next;
      ends = this.#run(program, entries);
    }
  }

  #print(statement: Statement, readings: readonly string[]): readonly string[] {
    const places = this.#places.get(statement) ?? new Map<string, HtmlPlace>();
    this.#places.set(statement, places);
    const next = readings.flatMap(resume => {
      const { place } = scannerAt(resume);
      places.set(JSON.stringify(place), place);
      // Text is escaped, or stays text: what a template prints raw is for its author to answer for.
      if (place.kind === 'text') return [resume];
      const { emptyValues = false, standIn } = this.#options;
      return [this.#after(resume + (standIn?.(statement) ?? 'x')), ...(emptyValues ? [resume] : [])];
    });
    return distinct(next);
  }

  /** What brings a scanner to the end of a text. */
  #after(text: string): string {
    const { place, resume } = scannerAt(text);
    const valued = place.kind === 'value' || place.kind === 'unquoted';
    if (!valued || place.before === '' || this.#options.remembered?.(place.attribute) !== true) return resume;
    return (place.kind === 'value' ? resume : resume.slice(0, -1)) + place.before;
  }
}

function scannerAt(text: string): HtmlScanner {
  const scanner = new HtmlScanner();
  scanner.feed(text);
  return scanner;
}

function distinct(readings: readonly string[]): readonly string[] {
  return readings.length < 2 ? readings : [...new Set(readings)];
}
