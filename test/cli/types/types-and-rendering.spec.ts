import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import * as fc from 'fast-check';
import { analyseTemplates } from '../../../lib/cli/types/inference/analyse-templates.js';
import type { Shape } from '../../../lib/cli/types/inference/shape.js';
import type { AnalysedTemplate } from '../../../lib/cli/types/inference/template-analysis.js';
import { MailTemplateError } from '../../../lib/core/errors/mail-template-error.js';
import type { HandlebarsTemplateRenderer } from '../../../lib/core/templates/rendering/handlebars-template-renderer.js';
import { TemplateFixture } from '../../core/templates/template-fixture.js';
import { choices, inhabitant, NoValueError } from './inhabitants.js';
import { PARTIALS, randomTemplate } from './random-templates.js';

// Hundreds of templates are rendered, each with many contexts.
jest.setTimeout(120_000);

const SEED = Number(process.env['TEMPLATE_SEED'] ?? 1);
const TEMPLATES = 300;
const CONTEXTS = 40;
/** Some fields are read only where several conditions meet. */
const MOST_CONTEXTS = 4000;
const sources = fc.sample(randomTemplate(), { seed: SEED, numRuns: TEMPLATES });

const fixture = new TemplateFixture();
let renderer: HandlebarsTemplateRenderer;
let templates: readonly AnalysedTemplate[];
beforeAll(async () => {
  const files = Object.fromEntries(
    sources.flatMap((source, number) => [
      [`t${number}/subject.hbs`, 'Subject'],
      [`t${number}/text.hbs`, `Text ${source}`],
    ]),
  );
  const { path } = fixture.directory({ ...PARTIALS, ...files });
  renderer = await fixture.create({
    directories: [path],
    helpers: { shout: (value: unknown) => `${String(value)}!` },
  });
  templates = analyseTemplates([path]).templates.filter(({ name }) => name.startsWith('t'));
});
afterAll(() => fixture.clean());

/** The context of a number, of the type that was found for a template; undefined when it has no values. */
function contextOf({ context }: AnalysedTemplate, number: number): unknown {
  try {
    return inhabitant(context, choices(number));
  } catch (error) {
    if (error instanceof NoValueError) return undefined;
    throw error;
  }
}

async function problemOf(name: string, context: unknown): Promise<MailTemplateError | undefined> {
  try {
    await renderer.render(name, Object(context));
    return undefined;
  } catch (error) {
    if (error instanceof MailTemplateError) return error;
    throw error;
  }
}

/** The context without one field, in every place where the type has it. */
function without(value: unknown, path: readonly string[]): unknown {
  const [name = '', ...rest] = path;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  if (rest.length === 0) return Object.fromEntries(entries.filter(([key]) => key !== name));
  return Object.fromEntries(
    entries.map(([key, inner]) => [key, key === name ? without(inner, rest) : inner]),
  );
}

/** The paths of all required fields that lie in objects. */
function requiredPaths(shape: Shape, above: readonly string[] = []): string[][] {
  const { fields, listed, keyed } = shape.facts;
  if (listed || keyed || above.length > 3) return [];
  return [...fields]
    .filter(([name]) => !/^(?:\d+|length)$/.test(name))
    .flatMap(([name, field]) => [
      ...(field.required ? [[...above, name]] : []),
      ...requiredPaths(field.shape, [...above, name]),
    ]);
}

describe('The type that is found for a template', () => {
  it('is one with whose every value it renders', async () => {
    const failures: unknown[] = [];
    let rendered = 0;
    for (const template of templates) {
      for (let number = 0; number < CONTEXTS; number++) {
        const context = contextOf(template, number);
        if (context === undefined) break;
        const error = await problemOf(template.name, context);
        rendered++;
        if (error)
          failures.push({ source: sources[Number(template.name.slice(1))], context, error: error.message });
      }
    }
    expect(failures.slice(0, 3)).toEqual([]);
    expect(rendered).toBeGreaterThan((TEMPLATES * CONTEXTS) / 2);
  });

  it('requires nothing without which it always renders', async () => {
    const needless: unknown[] = [];
    let attempts = 0;
    for (const template of templates) {
      for (const path of requiredPaths(template.context)) {
        attempts++;
        if (!(await canBeMissed(template, path)))
          needless.push({ source: sources[Number(template.name.slice(1))], path });
      }
    }
    expect(needless.slice(0, 3)).toEqual([]);
    expect(attempts).toBeGreaterThan(TEMPLATES);
  });
});

/** Whether there is a context with which rendering fails when one field is left out of it. */
async function canBeMissed(template: AnalysedTemplate, path: readonly string[]): Promise<boolean> {
  for (let number = 0; number < MOST_CONTEXTS; number++) {
    const context = contextOf(template, number);
    if (context === undefined) return true;
    const error = await problemOf(template.name, without(context, path));
    if (error?.code === 'EMAILTEMPLATEVARIABLE') return true;
  }
  return false;
}
