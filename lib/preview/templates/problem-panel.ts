import type { ExcerptLine, TemplateProblem } from '../../templates/workbench/template-problem.js';
import type { Html } from '../view/html.js';
import { html } from '../view/html.js';

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

function problemItem({ kind, message, missing, file, line, column, excerpt }: TemplateProblem): Html {
  const [sentence = '', ...more] = message.split('\n');
  return html`<li class="problem ${kind}">
    <p>${missing !== undefined && html`<strong class="badge bad">${missing}</strong> `}${sentence}</p>
    ${more.length > 0 && html`<pre>${more.join('\n')}</pre>`}
    ${
      excerpt &&
      excerpt.length > 0 &&
      html`<figure>
        <figcaption>${placeWords(file, line, column)}</figcaption>
        ${excerptBlock(excerpt)}
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
