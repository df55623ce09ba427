import type { RenderedMail } from '../../core/templates/template-renderer.js';
import type { Html } from '../view/html.js';
import { html } from '../view/html.js';
import type { PreviewResult } from '../workbench/preview-result.js';
import type { Listing } from '../workbench/template-listing.js';
import type { TemplateWorkbench } from '../workbench/template-workbench.js';
import { problemPanel } from './problem-panel.js';
import { fileSource } from './source-view.js';
import { contextForm, hiddenFields, sendForm } from './template-forms.js';
import type { TemplatePageParts } from './template-page-parts.js';
import { tabPanel } from './template-tabs.js';
import type { TemplateView } from './template-view.js';
import { addressName, addressOf, TABS } from './template-view.js';

const TAB_TITLES = { html: 'HTML', text: 'Text', source: 'Source', headers: 'Headers' } as const;

/** The page of a template, or of a layout around a placeholder. */
export async function templatePage(parts: TemplatePageParts): Promise<Html> {
  const { base, formToken, view, templates, listing, result, sent } = parts;
  const mail = result.rendered ?? result.draft;
  return html`<section id="template-main">
    <a class="back" href="${addressOf(base, { ...view, name: '', tab: 'html' })}">← All templates</a>
    <div id="template-head" data-live="templates">
      <div class="title-row">
        <h2>${view.name}</h2>
        ${listing && html`<span class="badge">${listing.owner === 'app' ? 'yours' : 'built-in'}</span>`}
        ${result.rendered && html`<a class="button" href="${addressOf(base, view, '/eml')}" download>Download .eml</a>`}
      </div>
      ${mail && subjectLine(mail)} ${cultureSwitch(base, view, listing, result)}
      ${sampleSwitch(base, view, result)}
      ${problemPanel(result.problems, result.rendered ? 'This mail would be sent, but:' : 'This mail would not be sent')}
      ${
        result.draft &&
        html`<p class="message warn">
          Below, stand-ins such as <code>[name]</code> take the place of variables that are missing.
        </p>`
      }
    </div>
    <div class="panels">
      ${contextForm(base, view, result, listing?.renderer)}
      ${listing?.kind === 'template' && sendForm(base, view, templates, { formToken, to: sent?.to ?? '', outcome: sent?.outcome })}
    </div>
    <div id="template-view" data-live="templates">
      <div class="tabs" role="tablist" aria-label="Parts of the mail">
        ${TABS.map(
          tab =>
            html`<a
              role="tab"
              id="tab-${tab}"
              href="${addressOf(base, { ...view, tab })}"
              aria-selected="${tab === view.tab ? 'true' : 'false'}"
              aria-controls="template-panel"
              tabindex="${tab === view.tab ? 0 : -1}"
              data-swap="template-view"
              >${TAB_TITLES[tab]}</a
            >`,
        )}
      </div>
      <div id="template-panel" role="tabpanel" aria-labelledby="tab-${view.tab}">
        ${await tabPanel(parts)}
      </div>
    </div>
  </section>`;
}

/** The page of a partial: its source, and the templates that use it. */
export function partialPage(
  base: string,
  view: TemplateView,
  workbench: TemplateWorkbench,
  listing: Listing,
): Html {
  const users = workbench.usersOf(listing);
  const files = listing.files.flatMap(({ file }) => workbench.file(file) ?? []);
  const problems = listing.files.flatMap(({ problem }) => problem ?? []);
  return html`<section id="template-main" data-live="templates">
    <a class="back" href="${addressOf(base, { ...view, name: '', tab: 'html' })}">← All templates</a>
    <div class="title-row">
      <h2>${listing.name}</h2>
      <span class="badge">partial</span>
      ${listing.owner === 'built-in' && html`<span class="badge">built-in</span>`}
    </div>
    <p class="hint">
      ${users.length === 0 && 'Nothing uses it by name.'}
      ${users.length > 0 && 'Used by '}${users.map(
        (user, index) =>
          html`${index > 0 && ', '}<a
              href="${addressOf(base, { ...view, name: addressName(user), tab: 'html' })}"
              >${addressName(user)}</a
            >`,
      )}
    </p>
    ${problemPanel(problems, 'Files that cannot be used')} ${files.map(file => fileSource(file, problems))}
  </section>`;
}

function subjectLine({ subject }: RenderedMail): Html {
  return html`<p class="subject-line">
    <span class="label">Subject</span> <strong dir="auto">${subject}</strong>
  </p>`;
}

function cultureSwitch(
  base: string,
  view: TemplateView,
  listing: Listing | undefined,
  result: PreviewResult,
): Html {
  const cultures = listing?.cultures ?? [];
  const shown = result.rendered?.culture ?? result.draft?.culture;
  // A culture without files of its own may be served by a wider one, as fr-CA is by fr.
  const known = cultures.includes(result.culture);
  return html`<div class="switch">
    <nav class="chips" aria-label="Culture">
      <span class="label">Culture</span>
      ${cultures.map(
        culture =>
          html`<a
            href="${addressOf(base, { ...view, culture })}"
            lang="${culture}"
            title="${languageName(culture)}"
            ${culture === result.culture && html`aria-current="true"`}
            >${culture}</a
          >`,
      )}
      ${!known && html`<a href="${addressOf(base, view)}" aria-current="true">${result.culture}</a>`}
    </nav>
    <form class="other" method="get" action="${addressOf(base, { name: view.name, tab: 'html' })}">
      ${hiddenFields(view, ['culture'])}
      <label class="hidden" for="culture">Another culture</label>
      <input id="culture" name="culture" size="7" placeholder="fr-CA" autocomplete="off" spellcheck="false" />
      <button type="submit">Show</button>
    </form>
    ${shown !== undefined && shown !== result.culture && html`<span class="hint">written in ${shown}</span>`}
  </div>`;
}

function sampleSwitch(base: string, view: TemplateView, result: PreviewResult): Html | undefined {
  if (result.samples.length === 0) return undefined;
  return html`<nav class="chips" aria-label="Sample">
    <span class="label">Sample</span>
    ${result.samples.map(
      sample =>
        html`<a
          href="${addressOf(base, { ...view, sample, context: undefined })}"
          ${sample === result.sample && html`aria-current="true"`}
          >${sample}</a
        >`,
    )}
    ${view.context !== undefined && html`<a href="${addressOf(base, view)}" aria-current="true">typed in</a>`}
  </nav>`;
}

function languageName(culture: string): string {
  return new Intl.DisplayNames('en', { type: 'language' }).of(culture) ?? culture;
}
