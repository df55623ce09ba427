import type { TemplateFile } from '../../core/templates/files/template-file.js';
import { TEMPLATE_PARTS } from '../../core/templates/files/template-file.js';
import type { Html } from '../view/html.js';
import { html } from '../view/html.js';
import type { PreviewResult } from '../workbench/preview-result.js';
import type { TemplateProblem } from '../workbench/template-problem.js';
import { codeLine } from './problem-panel.js';
import type { TemplateView } from './template-view.js';
import { addressName, addressOf } from './template-view.js';

/** As much of a source is shown; the browser would take seconds to lay out more. */
const MOST_LINES = 3000;
const MOST_CHARACTERS = 300_000;

/**
 * Which file each part came from, what else it uses, and what came out.
 *
 * @param renderer the renderer of the application that has the template, in words. @default Handlebars
 */
export function sourceView(
  base: string,
  view: TemplateView,
  result: PreviewResult,
  renderer: string | undefined,
): Html {
  const parts = TEMPLATE_PARTS.flatMap(part => {
    const [file, ...used] = result.files[part] ?? [];
    return file ? [partSource(part, file, used, { base, view, problems: result.problems })] : [];
  });
  const markup = (result.rendered ?? result.draft)?.html;
  return html`${parts.length === 0 && html`<p class="empty">${renderer === undefined ? 'No file was found for it.' : `${renderer} makes it; its source is not known here.`}</p>`}${parts}
  ${
    markup !== undefined &&
    html`<section>
      <h3>HTML as it is sent</h3>
      ${sourceBlock(markup)}
    </section>`
  }`;
}

interface SourceContext {
  readonly base: string;
  readonly view: TemplateView;
  readonly problems: readonly TemplateProblem[];
}

function partSource(
  part: string,
  file: TemplateFile,
  used: readonly TemplateFile[],
  { base, view, problems }: SourceContext,
): Html {
  return html`<section>
    <h3>${part}</h3>
    ${fileSource(file, problems)}
    ${
      used.length > 0 &&
      html`<p class="hint">
        It uses
        ${used.map((one, index) => {
          const kind = one.name.startsWith('layouts/') ? 'layout' : 'partial';
          const to = addressOf(base, { ...view, name: addressName({ kind, name: one.name }), tab: 'source' });
          return html`${index > 0 && ', '}<a href="${to}" title="${one.file}">${one.name}</a>`;
        })}.
      </p>`
    }
  </section>`;
}

/** A file with its path and numbered lines; those with a problem are marked. */
export function fileSource(file: TemplateFile, problems: readonly TemplateProblem[]): Html {
  const marked = problems.flatMap(problem => (problem.file === file.file ? [problem.line] : []));
  return html`<p class="path">${file.file}${file.builtIn && html` <span class="badge">built-in</span>`}</p>
    ${sourceBlock(file.source, marked)}`;
}

function sourceBlock(source: string, marked: readonly (number | undefined)[] = []): Html {
  const lines = source.slice(0, MOST_CHARACTERS).split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  const shown = lines.slice(0, MOST_LINES);
  const cut = shown.length < lines.length || source.length > MOST_CHARACTERS;
  return html`<pre class="code" tabindex="0">
${shown.map((text, index) => codeLine({ line: index + 1, text, marked: marked.includes(index + 1) }))}</pre>
    ${cut && html`<p class="hint">The rest is not shown here: it is ${source.length} characters long.</p>`}`;
}
