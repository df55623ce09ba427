import { formTokenField } from '../view/form-token-field.js';
import type { Html } from '../view/html.js';
import { html } from '../view/html.js';
import type { PreviewResult } from '../workbench/preview-result.js';
import type { MailerTemplates } from './mailer-workbenches.js';
import type { TemplateView } from './template-view.js';
import { addressOf, fieldsOf } from './template-view.js';

/**
 * Variables to type in, in place of a sample.
 *
 * @param renderer the renderer of the application that has the template, in words. @default Handlebars
 */
export function contextForm(
  base: string,
  view: TemplateView,
  result: PreviewResult,
  renderer: string | undefined,
): Html {
  const written = view.context ?? JSON.stringify(result.draftContext ?? result.context, null, 2);
  const none = result.samples.length === 0;
  return html`<details class="panel" id="context-panel" ${(none || view.context !== undefined) && html`open`}>
    <summary>Variables</summary>
    <form method="get" action="${addressOf(base, { name: view.name, tab: 'html' })}">
      ${hiddenFields(view, ['context', 'sample'])}
      <label for="context">The template’s variables as JSON</label>
      <textarea id="context" name="context" rows="8" spellcheck="false">${written}</textarea>
      <div class="actions">
        <button type="submit">Show with these</button>
        ${
          view.context !== undefined &&
          html`<a href="${addressOf(base, { ...view, context: undefined })}">Back to the samples</a>`
        }
      </div>
      <p class="hint">
        ${
          result.samplesFile === undefined
            ? renderer !== undefined
              ? html`${renderer} has no method <code>templateSamples()</code>, so there are no samples.`
              : html`This template has no samples. Save them as <code>${samplesPath(view.name)}</code>:
                  <code>{ "default": { … } }</code>.`
            : html`The samples are in <code>${result.samplesFile}</code>.`
        }
      </p>
    </form>
  </details>`;
}

/** Sends the template to somebody, where there is a mailer. */
export function sendForm(
  base: string,
  view: TemplateView,
  { mailer }: MailerTemplates,
  {
    formToken,
    to,
    outcome,
  }: { readonly formToken: string; readonly to: string; readonly outcome?: Html | undefined },
): Html {
  return html`<details class="panel" id="send-panel" ${outcome !== undefined && html`open`}>
    <summary>Send me this</summary>
    ${outcome}
    ${
      mailer
        ? html`<form method="post" action="${addressOf(base, { name: view.name, tab: 'html' }, '/send')}">
            ${formTokenField(formToken)} ${hiddenFields(view, [])}
            <label for="to">Address</label>
            <div class="actions">
              <input id="to" name="to" type="email" required autocomplete="email" value="${to}" />
              <button type="submit">Send</button>
            </div>
            <p class="hint">
              Through the mailer of the application (${mailer.service.via}), with all that its settings say.
              ${
                mailer.options.templates?.watch !== true &&
                mailer.renderer === undefined &&
                'It has read its templates when it started; with templates.watch it would follow their changes.'
              }
            </p>
          </form>`
        : html`<p class="hint">
            There is no mailer here: start the command with --settings FILE, or use MailPreviewModule in an
            application.
          </p>`
    }
  </details>`;
}

/** What a form keeps of a view. */
export function hiddenFields(view: TemplateView, without: readonly string[]): Html[] {
  return fieldsOf(view)
    .filter(([name]) => !without.includes(name))
    .map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`);
}

function samplesPath(name: string): string {
  return name.startsWith('layouts/') ? `${name}.samples.json` : `${name}/samples.json`;
}
