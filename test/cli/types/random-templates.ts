import * as fc from 'fast-check';
import type { Files } from './typed-templates.js';

/** Partials that the random templates use. */
export const PARTIALS: Files = {
  'partials/card.text.hbs': '[{{name}}{{#if note}} {{note}} {{shade}}{{/if}}]',
  'partials/thread.text.hbs': '{{says}}{{#if answers}}({{#each answers}}{{> thread}}{{/each}}){{/if}}',
  'layouts/hall.text.hbs':
    '{{#*inline "roof"}}{{r.p}}{{/inline}}{{> side}}{{#> card}}{{/card}}{{> @partial-block}}{{> roof}}',
  'layouts/frame.text.hbs': '{{heading}}\n{{> @partial-block}}\n{{#if foot}}{{formatDate foot}}{{/if}}',
};

/**
 * Templates of everything that types are made of. Names of conditions and lists say how deep they stand, so that no
 * piece stands where no context leads: within an `if` of what an outer `if` has found to be missing.
 */
export function randomTemplate(depth = 0): fc.Arbitrary<string> {
  const leaf = fc.oneof(
    fc
      .constantFrom('p', 'q', 'o.p', 'o.deep.q', 'this.p', './q', '@root.p', '@root.r.p')
      .map(path => `{{${path}}}`),
    fc.constantFrom('d', 'o.d', '@root.d').map(path => `{{formatDate ${path}}}`),
    fc.constantFrom(
      '{{formatNumber n}}',
      '{{formatCurrency n "EUR"}}',
      '{{formatRelative d}}',
      '{{join list ", "}}',
      '{{#if (eq e p)}}{{e}}{{/if}}',
      '{{plural n one="# mail" other=word}}',
      '{{link u}}',
      '{{formatDuration s}}',
      '{{default (lookup list 1) ""}}',
      '{{default (lookup table key) ""}}',
      '{{#if list.length}}{{list.length}}{{/if}}',
      '{{pair.[1]}}',
      '{{shout e}}',
      '{{#if (shout p)}}{{e}}{{/if}}',
      'text',
    ),
  );
  if (depth >= 3) return leaf;
  const inner = fc
    .array(fc.oneof({ weight: 3, arbitrary: leaf }, { weight: 2, arbitrary: randomTemplate(depth + 1) }), {
      minLength: 1,
      maxLength: 3,
    })
    .map(parts => parts.join(' '));
  const block = (open: string, close: string): fc.Arbitrary<string> =>
    inner.map(body => `{{#${open}}}${body}{{/${close}}}`);
  const branches = (open: string, close: string): fc.Arbitrary<string> =>
    fc.tuple(inner, inner).map(([one, other]) => `{{#${open}}}${one}{{else}}${other}{{/${close}}}`);
  return fc.oneof(
    inner,
    block(`if c${depth}`, 'if'),
    block(`unless c${depth}`, 'unless'),
    branches(`if c${depth}`, 'if'),
    branches(`unless c${depth}.d`, 'unless'),
    inner.map(body => `{{#if g${depth}}}{{g${depth}}} ${body}{{/if}}`),
    inner.map(body => `{{#if g${depth}}}${body}{{else}}{{g${depth}}}{{/if}}`),
    inner.map(
      body => `{{#each l${depth}}}{{#> layouts/frame}}{{../p}}{{../q}}${body}{{/layouts/frame}}{{/each}}`,
    ),
    inner.map(body => `{{#*inline "box"}}<{{> @partial-block}}>{{/inline}}{{#> box}}{{v}}${body}{{/box}}`),
    inner.map(body => `{{#if h${depth}}}{{h${depth}.x}} ${body}{{/if}}`),
    block(`each l${depth}`, 'each'),
    branches(`each l${depth} as |item place|`, 'each'),
    inner.map(body => `{{#each l${depth} as |one|}}{{one.p}}{{../p}}{{@index}}${body}{{/each}}`),
    inner.map(body => `{{#each m${depth}}}{{@key}}${body}{{/each}}`),
    block(`with w${depth}`, 'with'),
    inner.map(body => `{{#with w${depth} as |it|}}{{it.p}}{{../q}}${body}{{/with}}`),
    inner.map(body => `{{#> layouts/frame heading=p}}${body}{{heading}}{{/layouts/frame}}`),
    inner.map(body => `{{#> layouts/frame}}${body}{{/layouts/frame}}`),
    inner.map(body => `{{#> layouts/frame heading=p}}{{../p}}${body}{{#> card}}{{/card}}{{/layouts/frame}}`),
    inner.map(
      body =>
        `{{#> layouts/hall n=n}}{{#*inline "side"}}{{q}}${body}{{/inline}}{{#with w${depth}}}{{../n}}{{/with}}{{/layouts/hall}}`,
    ),
    fc.constantFrom(
      '{{> card}}',
      '{{> card name=p}}',
      '{{> card w0}}',
      '{{> card o name="x" shade=q}}',
      '{{> thread}}',
      '{{> thread t}}',
      '{{#*inline "own"}}{{p}}{{#if k}}{{k}}{{v}}{{/if}}{{/inline}}{{> own}}{{> own o}}',
    ),
  );
}
