import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { codeIn, firstColumn, tableBelow } from './markdown-table.js';
import { page, ROOT } from './pages.js';

const PAGE = 'docs/relay-model.md';
const model = readFileSync(join(ROOT, 'test/system/model/relay.pml'), 'utf8');
const broken = readFileSync(join(ROOT, 'test/system/model/broken-model.spec.ts'), 'utf8');

/** What the page says where it is: a function, or a method with its class. */
const places = [...page(PAGE).text.matchAll(/`([\w.]+)` of `(lib\/[^`]+)`/g)].map(
  ([, name = '', file = '']) => ({ name, file }),
);

/** Whether a file has a function, or a class with such a method. */
function has(file: string, name: string): boolean {
  if (!existsSync(join(ROOT, file))) return false;
  const code = readFileSync(join(ROOT, file), 'utf8');
  const [first = '', method] = name.split('.');
  if (method === undefined) return new RegExp(`^export (?:async )?function ${first}\\(`, 'm').test(code);
  return (
    new RegExp(`^export class ${first}\\b`, 'm').test(code) &&
    new RegExp(`^ {2}(?:static )?(?:async )?${method}\\(`, 'm').test(code)
  );
}

describe('The page on the model of the relay', () => {
  it('names functions that are where it says', () => {
    expect(places.length).toBeGreaterThan(25);
    expect(places.filter(({ file, name }) => !has(file, name))).toEqual([]);
  });

  it('lists every step of the model, and no other', () => {
    const phases = [...model.matchAll(/^#define ([A-Z_]+) \d+$/gm)].map(([, name = '']) => name);
    const settings = ['FOLDERS', 'NONE', 'MAILS', 'RELAYS', 'RECIPIENTS', 'KILLS', 'UNCONFIRMED'];
    const bounds = ['DEFERRALS', 'REFUSALS', 'ROBBERIES'];
    // A step that only a mistake has.
    const others = [...settings, ...bounds, 'UNRECORDED'];
    const steps = firstColumn(PAGE, 'Model and code').filter(name => /^[A-Z_]+$/.test(name));
    expect(steps).toEqual(phases.filter(name => !others.includes(name)));
  });

  it('lists what happens to relays as the model calls it', () => {
    const events = firstColumn(PAGE, 'Model and code').filter(name => /^[a-z]/.test(name));
    expect(events).toEqual(['kill', 'start', 'powerFails']);
    for (const event of events) expect(model).toContain(`inline ${event}(`);
  });

  it('lists what must not happen, all of it and in the order of the model', () => {
    const [, listed = ''] = /^mtype = \{([^}]*)\}/m.exec(model) ?? [];
    const rows = tableBelow(PAGE, 'What must hold').flatMap(([cell]) => codeIn(cell));
    expect(rows).toEqual(listed.split(',').map(name => name.trim()));
  });

  it('describes a model whose functions stand in its comments, too', () => {
    const named = new Set(places.map(({ name }) => name));
    const comments = [...model.matchAll(/\b([A-Z][a-z]\w+\.[a-z]\w+)\b/g)].map(([, name = '']) => name);
    expect(comments.length).toBeGreaterThan(15);
    expect(comments.filter(name => !named.has(name))).toEqual([]);
  });
});

describe('The mistakes of the model', () => {
  it('are all tried', () => {
    const conditions = [...model.matchAll(/#(?:ifn?def|elif) .*|#if .*/g)].join('\n');
    const known = [
      'MAILS',
      'RELAYS',
      'RECIPIENTS',
      'KILLS',
      'UNCONFIRMED',
      'DEFERRALS',
      'REFUSALS',
      'ROBBERIES',
    ];
    const kinds = ['POWER', 'LIVENESS', 'COUNTED', 'ONLY', 'BEFORE'];
    const mistakes = [...new Set(conditions.match(/\b[A-Z][A-Z_]{2,}\b/g))].filter(
      name => ![...known, ...kinds].includes(name),
    );
    expect(mistakes.length).toBeGreaterThan(8);
    expect(mistakes.filter(name => !broken.includes(`'${name}'`))).toEqual([]);
  });
});
