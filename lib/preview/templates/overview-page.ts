import type { Html } from '../view/html.js';
import { html } from '../view/html.js';
import type { MailerTemplates } from './mailer-workbenches.js';
import { problemPanel } from './problem-panel.js';

/** What the page of all templates says beside its list. */
export function overview({ workbench }: MailerTemplates): Html {
  const own = workbench.listings.filter(({ owner }) => owner === 'app');
  const count = (kind: string): string => {
    const { length } = own.filter(listing => listing.kind === kind);
    return `${length} ${kind}${length === 1 ? '' : 's'}`;
  };
  const folders = workbench.folders.slice(0, -1);
  return html`<section id="template-main" data-live="templates">
    ${problemPanel(workbench.problems, 'Files that cannot be used')}
    ${
      workbench.ignored.length > 0 &&
      html`<section class="message warn">
        <p>
          These files are no part of a template and are ignored; parts are named subject, html or text, such
          as html.en.hbs:
        </p>
        <ul>
          ${workbench.ignored.map(file => html`<li>${file}</li>`)}
        </ul>
      </section>`
    }
    ${
      own.length === 0
        ? howToBegin(folders)
        : html`<h2>${count('template')}, ${count('layout')}, ${count('partial')}</h2>
            <p class="hint">Choose one. What you change in these folders is shown at once.</p>`
    }
    ${
      folders.length > 0 &&
      html`<ul class="paths">
        ${folders.map(folder => html`<li><code>${folder}</code></li>`)}
      </ul>`
    }
  </section>`;
}

function howToBegin(folders: readonly string[]): Html {
  const [folder] = folders;
  return html`<h2>No template of your own yet</h2>
    <p>
      ${
        folder === undefined
          ? html`Name a folder in the option <code>templates: { directories: […] }</code> of MailModule. In
              it, a`
          : 'A'
      }
      template is a folder with a file for each part; it is shown here as soon as it is saved:
    </p>
    <pre>
${folder ?? 'templates'}/welcome/subject.en.hbs      Welcome, {{name}}
${folder ?? 'templates'}/welcome/html.en.hbs         &lt;p&gt;Hello {{name}}&lt;/p&gt;
${folder ?? 'templates'}/welcome/text.en.hbs         Hello {{name}}       (optional: else made from the HTML)
${folder ?? 'templates'}/welcome/samples.json        { "default": { "name": "Ann" } }</pre>
    <p class="hint">The built-in templates can be replaced part by part, by files of the same names.</p>`;
}
