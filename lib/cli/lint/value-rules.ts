import { HtmlPlaces } from '../../core/templates/parsing/html-places.js';
import type { HtmlPlace } from '../../core/templates/parsing/html-tag.js';
import type { PrintedExpression } from '../../core/templates/parsing/masked-source.js';
import { PRINTED as UNCHECKED } from '../../core/templates/parsing/masked-source.js';
import { addressPart, holdsAddress, mayHoldAddress } from './address-attributes.js';
import type { LintFinding } from './finding.js';
import { addressOf } from './link-rules.js';
import type { LintedFile } from './linted-file.js';
import type { PartialArguments } from './partial-arguments.js';
import type { PrintedKind } from './printed-value.js';

/** Stands in the address before a place for what `link` has checked. */
const CHECKED = '\uE003';

/** A value where it stands. */
interface PlacedValue {
  readonly file: LintedFile;
  readonly printed: PrintedExpression;
  readonly kind: PrintedKind;
  /** What is printed, as it is written: `{{url}}`. */
  readonly written: string;
  /** The variable or partial, as it is written. */
  readonly name: string;
}

type ValuePlace = Extract<HtmlPlace, { attribute: string }>;

/** Whether values stand where escaping protects: not in CSS, scripts, addresses and values without quotation marks. */
export function valueRules(file: LintedFile, args: PartialArguments): LintFinding[] {
  if (file.file.part !== 'html') return [];
  // In what conditional comments hold, too.
  const places = new HtmlPlaces(file.parsed.program, {
    remembered: mayHoldAddress,
    standIn: statement => (args.kindIn(file, statement) === 'link' ? CHECKED : UNCHECKED),
  });
  return file.masked.printed.flatMap(printed => {
    const careful = places
      .of(printed.statement)
      .filter(({ kind }) => kind !== 'text' && kind !== 'plain-text');
    if (careful.length === 0) return [];
    const kind = args.kindIn(file, printed.statement);
    if (kind === 'safe') return [];
    const written = file.file.source.slice(printed.at, printed.at + printed.length);
    const name = printed.path ?? written.replace(/^\{\{~?#?>?\s*([^\s}~]*)[^]*$/, '$1');
    const value = { file, printed, kind, written: written.replaceAll(/\s+/g, ' '), name };
    const found = careful.flatMap(place => findingsAt(value, place));
    // One that stands at several places of a kind is told once.
    return [...new Map(found.map(finding => [finding.rule, finding])).values()];
  });
}

function findingsAt(value: PlacedValue, place: HtmlPlace): LintFinding[] {
  switch (place.kind) {
    case 'raw':
      return rawFindings(value, place.tag);
    case 'comment':
      return report(
        value,
        'value-in-comment',
        'hint',
        'stands in a comment, which nobody is shown and everybody can read in the source. Write the comment as {{!-- … --}}, which is not sent.',
      );
    case 'value':
      return attributeFindings(value, place);
    case 'unquoted':
      return [
        ...attributeFindings(value, place),
        ...(value.kind === 'link'
          ? []
          : report(
              value,
              'unquoted-value',
              'error',
              `stands in ${place.attribute}= without quotation marks: a blank in it begins another attribute. Write ${place.attribute}="${value.written}".`,
            )),
      ];
    default:
      return [];
  }
}

function rawFindings(value: PlacedValue, element: string): LintFinding[] {
  if (element === 'style') return cssFinding(value, 'a style sheet');
  return element === 'script' ? scriptFinding(value, '<script>') : [];
}

function attributeFindings(value: PlacedValue, place: ValuePlace): LintFinding[] {
  const { tag, attribute } = place;
  if (attribute === 'style') return cssFinding(value, 'style="…"');
  if (/^on[a-z]/.test(attribute)) return scriptFinding(value, `${attribute}="…"`);
  if (attribute === 'srcdoc') return scriptFinding(value, 'srcdoc="…", a page of its own');
  const refreshes = attribute === 'content' && value.file.refreshesAt(value.printed.at);
  return holdsAddress(tag, attribute, refreshes) ? addressFindings(value, place) : [];
}

function cssFinding(value: PlacedValue, where: string): LintFinding[] {
  const before = value.file.file.source[value.printed.at - 1];
  if (value.kind === 'link' && before !== '"')
    return report(
      value,
      'value-in-css',
      'warning',
      `stands in ${where}, where an address may hold brackets, semicolons and apostrophes that end it. Write url("${value.written}"), with double quotation marks around the address.`,
    );
  if (value.kind !== 'value') return [];
  return report(
    value,
    'value-in-css',
    'warning',
    `stands in ${where}, where escaping does not help: it can end the rule, hide the mail or load what it likes. Choose between values that stand in the template with {{#if (eq …)}}, or use {{@brand.colors.…}}.`,
  );
}

function scriptFinding(value: PlacedValue, where: string): LintFinding[] {
  if (value.kind !== 'value') return [];
  return report(
    value,
    'value-in-script',
    'error',
    `stands in ${where}, where it is run as a program whatever is escaped, and which mail clients remove. Leave it out.`,
  );
}

function addressFindings(value: PlacedValue, { attribute, before }: ValuePlace): LintFinding[] {
  const head = addressOf(addressPart(attribute, before));
  const { name } = value;
  if (value.kind === 'value' && decidesHost(head)) {
    const advice =
      value.printed.path === undefined ? 'Print it there with {{link …}}.' : `Write {{link ${name}}}.`;
    const what =
      head === ''
        ? 'its scheme is not checked: javascript: would pass'
        : 'it decides where the address leads';
    return report(
      value,
      'unchecked-link',
      'warning',
      `in ${attribute}="…" comes out of the context, and ${what}. ${advice}`,
    );
  }
  if (!head.startsWith(CHECKED) || value.kind === 'helper') return [];
  return report(
    value,
    'value-behind-link',
    'warning',
    `in ${attribute}="…" stands behind {{link …}}, which checks what it is given and nothing else: the value can bring further parameters or another path. Build the whole address in the application (new URL, searchParams) and print it with one {{link …}}.`,
  );
}

/** Whether what comes next in an address can still decide its scheme or host. */
function decidesHost(head: string): boolean {
  if (head.includes(UNCHECKED) || head.includes(CHECKED)) return false;
  return (
    /^(?:[a-z][a-z0-9+.-]*)?$/i.test(head) ||
    /^(?:https?:)?\/{0,2}$/i.test(head) ||
    /^(?:https?:)?\/\/[^/?#]*$/i.test(head)
  );
}

function report(
  { file, printed, written }: PlacedValue,
  rule: string,
  severity: LintFinding['severity'],
  message: string,
): LintFinding[] {
  return [file.at(printed.at, rule, severity, `${written} ${message}`)];
}
