import { cssFaultsOf, styleSheetsOf } from '../../core/templates/parsing/css-in-source.js';
import type { HtmlTag } from '../../core/templates/parsing/html-tag.js';
import { PRINTED } from '../../core/templates/parsing/masked-source.js';
import type { LintFinding } from './finding.js';
import type { LintedFile } from './linted-file.js';

/** Elements that mail clients take away or do not run, with what to do instead. */
const REMOVED: Readonly<Record<string, string>> = {
  script: 'Mail clients remove <script>, and filters take the mail for an attack. Leave it out.',
  form: 'Most mail clients disable forms. Link to a page that has the form.',
  iframe: 'Mail clients remove <iframe>. Link to the page.',
  object: 'Mail clients remove <object>. Link to it, or show an image.',
  embed: 'Mail clients remove <embed>. Link to it, or show an image.',
};

/** What a page must say and what it cannot do in a mail. */
export function pageRules(file: LintedFile): LintFinding[] {
  const opening = file.tags.filter(({ closing }) => !closing);
  return [
    ...opening.flatMap(tag => removedFindings(file, tag)),
    ...opening.flatMap(tag => stylesheetFindings(file, tag)),
    ...importFindings(file),
    ...documentFindings(file, opening),
    ...unescapedFindings(file, opening),
    ...cssFaultsOf(file.masked, file.tags).map(({ at, reason }) =>
      file.at(at, 'css', 'warning', `Mail clients drop this CSS: ${reason}.`),
    ),
  ];
}

function removedFindings(file: LintedFile, { name, at }: HtmlTag): LintFinding[] {
  const message = Object.hasOwn(REMOVED, name) ? REMOVED[name] : undefined;
  return message === undefined ? [] : [file.at(at, 'removed-element', 'warning', message)];
}

function stylesheetFindings(file: LintedFile, { name, at, attributes }: HtmlTag): LintFinding[] {
  const rel = attributes.find(attribute => attribute.name === 'rel')?.value ?? '';
  if (name !== 'link' || !/\bstylesheet\b/i.test(rel)) return [];
  return [
    file.at(
      at,
      'external-stylesheet',
      'warning',
      'Mail clients do not load style sheets. Write the rules into <style>, or into style="…" of the elements.',
    ),
  ];
}

function importFindings(file: LintedFile): LintFinding[] {
  return styleSheetsOf(file.masked.text, file.tags).flatMap(({ at, css }) => {
    const found = css.replace(/\/\*[^]*?\*\//g, comment => ' '.repeat(comment.length)).search(/@import\b/i);
    return found < 0
      ? []
      : [
          file.at(
            at + found,
            'external-stylesheet',
            'warning',
            'Mail clients do not load style sheets by @import. Write the rules here.',
          ),
        ];
  });
}

function documentFindings(file: LintedFile, opening: readonly HtmlTag[]): LintFinding[] {
  const root = opening.find(({ name }) => name === 'html');
  if (!root) return [];
  const has = (attribute: string): boolean =>
    root.attributes.some(({ name }) => name === attribute || name.includes(PRINTED));
  const findings: LintFinding[] = [];
  const report = (rule: string, severity: 'warning' | 'hint', message: string): void =>
    void findings.push(file.at(root.at, rule, severity, message));
  if (!has('lang'))
    report(
      'missing-lang',
      'warning',
      'The page does not say its language, which screen readers need. Write <html lang="{{@culture}}" dir="{{@dir}}">.',
    );
  if (!has('dir'))
    report(
      'missing-dir',
      'hint',
      'The page does not say in which direction it is read. Write dir="{{@dir}}" beside lang.',
    );
  if (!/<!doctype\s+html/i.test(file.masked.text.slice(0, root.at)))
    report(
      'missing-doctype',
      'warning',
      'Without a doctype mail clients lay the page out by old rules. Begin it with <!doctype html>.',
    );
  if (!opening.some(({ name }) => name === 'title'))
    report(
      'missing-title',
      'hint',
      'The page has no <title>, which screen readers announce first. Write <title>…</title> into <head>.',
    );
  return findings;
}

/** A value that is printed without escaping can end its attribute and begin another one. */
function unescapedFindings(file: LintedFile, opening: readonly HtmlTag[]): LintFinding[] {
  return opening.flatMap(({ attributes }) =>
    attributes.flatMap(({ name, value, valued, valueAt }) =>
      (valued ? file.printedBetween(valueAt, valueAt + value.length) : [])
        .filter(({ raw, path }) => raw && path !== undefined)
        .map(({ at, path }) =>
          file.at(
            at,
            'unescaped-attribute',
            'warning',
            `{{{${path}}}} is not escaped and can break out of ${name}="…". Write {{${path}}}.`,
          ),
        ),
    ),
  );
}
