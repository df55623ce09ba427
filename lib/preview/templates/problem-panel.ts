import type { Html } from '../view/html.js';
import { html } from '../view/html.js';
import type { ExcerptLine, TemplateProblem } from '../workbench/template-problem.js';

/** What is wrong, with the lines that it is about. */
export function problemPanel(problems: readonly TemplateProblem[], title: string): Html | undefined {
  if (problems.length === 0) return undefined;
  return html`<section class="problems" aria-label="${title}">
    <h3>${title}</h3>
    <ul>
      ${problems.map(problemItem)}
    </ul>
  </section>`;
}

function problemItem(problem: TemplateProblem): Html {
  const { kind, message, file, line, column, excerpt = [] } = problem;
  const lacking = problem.code === 'EMAILTEMPLATEVARIABLE' && problem.missing !== undefined;
  const [sentence = '', ...more] = message.split('\n');
  // One line is enough to see which variable it is, and often there are many.
  const shown = lacking ? excerpt.filter(({ marked }) => marked) : excerpt;
  return html`<li class="problem ${kind}">
    <p>
      ${
        lacking
          ? html`<strong class="badge bad">${problem.missing}</strong> is missing; the ${problem.part} uses
              it.`
          : sentence
      }
    </p>
    ${more.length > 0 && html`<pre>${more.join('\n')}</pre>`}
    ${
      shown.length > 0 &&
      html`<figure>
        <figcaption>${placeWords(file, line, column)}</figcaption>
        ${excerptBlock(shown)}
      </figure>`
    }
  </li>`;
}

function placeWords(file = '', line?: number, column?: number): string {
  const at = line === undefined ? '' : `, line ${line}${column === undefined ? '' : `, column ${column}`}`;
  return `${file}${at}`;
}

function excerptBlock(lines: readonly ExcerptLine[]): Html {
  return html`<pre class="code">${lines.map(codeLine)}</pre>`;
}

/** One numbered line of source. The number is no text, so that copying takes the source alone. */
export function codeLine({ line, text, marked }: ExcerptLine): Html {
  return html`<span class="line${marked && ' marked'}" data-line="${line}"
    >${text === '' ? '\n' : text}</span
  >`;
}
