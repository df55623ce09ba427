import { inline } from '@css-inline/css-inline';
import { afterEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import Handlebars from 'handlebars';
import { CssInliner } from '../../../../lib/core/templates/inlining/css-inliner.js';
import { ValueTokens } from '../../../../lib/core/templates/inlining/value-tokens.js';
import { TemplateFixture } from '../template-fixture.js';
import { source, value, VALUES } from './page-arbitraries.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

/** As a browser reads it, written in one way. */
const normal = (html: string): string =>
  inline(html, {
    inlineStyleTags: false,
    keepStyleTags: true,
    keepLinkTags: true,
    loadRemoteStylesheets: false,
  });

const REFUSED = 'refused';

/** A page as a browser reads it; the inliner refuses style attributes that it cannot read. */
function outcome(run: () => string): string {
  try {
    return normal(run());
  } catch {
    return REFUSED;
  }
}

/** A template as Handlebars would render it, without what only Handlebars knows. */
function print(
  template: string,
  values: Record<string, unknown>,
  escape: (value: unknown) => string,
): string {
  return template.replace(/\{\{([^{}]*)\}\}\}?|\{/g, (_all, name: string | undefined) =>
    name !== undefined && name in values ? escape(values[name]) : name === undefined ? '{' : '',
  );
}

describe('A page whose style sheet is inlined without its values', () => {
  it('is the one that is inlined with them, whatever is printed wherever', async () => {
    const [inliner, reference] = [await CssInliner.load(), await CssInliner.load()];
    const { tokens } = inliner;
    const record = fc.record({ a: value, b: value, c: value, d: value });
    fc.assert(
      fc.property(source, record, record, (template, first, second) => {
        for (const values of [first, second, first]) {
          const printed = tokens.collect(() => print(template, values, one => tokens.print(String(one))));
          const plain = print(template, values, one => new ValueTokens().print(String(one)));
          expect(tokens.restore(printed.text, printed.values)).toBe(plain);
          const html = outcome(() => inliner.inline(printed.text, printed.values));
          expect(html).toBe(outcome(() => reference.inline(plain, [])));
          expect(html).not.toContain(tokens.token(0).slice(0, 13));
        }
      }),
      { numRuns: 3000 },
    );
  }, 120_000);

  it('is the one that is inlined with them, with helpers, partials and blocks', async () => {
    const helpers = {
      loud(this: unknown, options: { fn(context: unknown): string }) {
        return options.fn(this).toUpperCase();
      },
      upper: (text: unknown) => String(text).toUpperCase(),
      bold: (text: unknown) =>
        new Handlebars.SafeString(`<b class="x">${String(text).replaceAll('<', '')}</b>`),
    };
    await fc.assert(
      fc.asyncProperty(
        source,
        fc.array(fc.record({ a: value, b: value, c: value, d: value }), { minLength: 1, maxLength: 3 }),
        async (template, contexts) => {
          const directory = fixture.directory({
            't/subject.hbs': 's',
            't/html.hbs': template,
            't/text.hbs': 't',
            'partials/part.html.hbs': '<em>{{c}}</em>\n<em class="x">{{d}}</em>\n',
          });
          const directories = [directory.path];
          const plain = await fixture.create({ directories, helpers, strict: false });
          const options = { directories, helpers, strict: false, inlineCss: true };
          const inlining = await fixture.create(options).catch((error: unknown) => {
            // Style sheets that are cut off are refused at start.
            expect(error).toMatchObject({ code: 'EMAILTEMPLATESYNTAX' });
          });
          if (!inlining) return;
          for (const values of contexts) {
            const context = { ...values, list: VALUES.slice(0, 2).map(name => values[name]) };
            const before = (await plain.render('t', context)).html ?? '';
            // Made anew, so that it has kept nothing.
            const anew = await CssInliner.load();
            const whole = outcome(() => anew.inline(before, []));
            for (let turn = 0; turn < 2; turn++) {
              const html = await inlining.render('t', context).then(
                mail => normal(mail.html ?? ''),
                (error: unknown) => (Object(error).code === 'EMAILTEMPLATEINLINE' ? REFUSED : String(error)),
              );
              expect(html).toBe(whole);
            }
          }
          await fixture.clean();
        },
      ),
      { numRuns: 100 },
    );
  }, 120_000);
});
