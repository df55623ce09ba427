import type { Html } from '../view/html.js';
import { html } from '../view/html.js';
import type { Listing } from '../workbench/template-listing.js';
import type { MailerTemplates } from './mailer-workbenches.js';
import { hiddenFields } from './template-forms.js';
import type { TemplateView } from './template-view.js';
import { addressName, addressOf } from './template-view.js';

/** The list beside every template: the application's own first, built-in ones apart. */
export function templateList(base: string, view: TemplateView, templates: MailerTemplates): Html {
  const words = (view.filter ?? '').toLowerCase().split(/\s+/);
  const shown = templates.listings.filter(listing => {
    const text = `${addressName(listing)} ${listing.kind} ${listing.cultures.join(' ')}`.toLowerCase();
    return words.every(word => text.includes(word));
  });
  const group = (title: string, belongs: (listing: Listing) => boolean): Html | undefined => {
    const members = shown.filter(belongs);
    if (members.length === 0) return undefined;
    return html`<h2 class="group">${title} <span class="count">${members.length}</span></h2>
      <ul class="mails">
        ${members.map(listing => item(base, view, listing))}
      </ul>`;
  };
  const own = (kind: Listing['kind']) => (listing: Listing) =>
    listing.kind === kind && listing.owner === 'app';
  return html`<section class="side" aria-label="Templates">
    <div class="side-head">
      <div class="side-title"><h1>Templates</h1></div>
      ${templates.names.length > 1 && mailerLinks(base, view, templates)}
      <form
        method="get"
        action="${addressOf(base, { name: view.name, tab: 'html' })}"
        role="search"
        id="template-filter"
        data-swap="template-list"
      >
        ${hiddenFields(view, ['q'])}
        <label class="hidden" for="filter">Filter the templates</label>
        <input id="filter" type="search" name="q" value="${view.filter ?? ''}" placeholder="Filter by name" />
      </form>
    </div>
    <div class="scroll" id="template-list" data-live="templates">
      ${shown.length === 0 && html`<p class="empty">No template fits “${view.filter}”.</p>`}
      ${group('Templates', own('template'))} ${group('Layouts', own('layout'))}
      ${group('Partials', own('partial'))}
      ${group('Built in', ({ owner, kind }) => owner === 'built-in' && kind === 'template')}
      ${group('Built-in layouts and partials', ({ owner, kind }) => owner === 'built-in' && kind !== 'template')}
    </div>
  </section>`;
}

function item(base: string, view: TemplateView, listing: Listing): Html {
  const { name, kind, cultures, parts, files, renderer } = listing;
  // Another template has other samples; culture and tab are kept, for looking through all of them.
  const { sample: _sample, context: _context, ...kept } = view;
  const tab = kind === 'partial' ? 'html' : kept.tab;
  const broken = files.some(({ problem, hidden }) => problem && !hidden);
  const current = addressName(listing) === view.name;
  return html`<li>
    <a
      id="to-${addressName(listing)}"
      href="${addressOf(base, { ...kept, name: addressName(listing), tab })}"
      data-swap="template-filter template-list template-content"
      ${current && html`aria-current="true"`}
    >
      <span class="row">
        <span class="subject">${kind === 'layout' ? name.slice('layouts/'.length) : name}</span>
        ${broken && html`<span class="badge bad">broken</span>`}
      </span>
      <span class="line"
        >${renderer}${parts.join(', ')}${cultures.length > 0 && ` · ${cultures.join(', ')}`}</span
      >
    </a>
  </li>`;
}

function mailerLinks(base: string, view: TemplateView, { names, name }: MailerTemplates): Html {
  return html`<nav class="chips" aria-label="Mailer">
    ${names.map(
      one =>
        html`<a
          href="${addressOf(base, { name: '', tab: view.tab, mailer: one })}"
          ${one === name && html`aria-current="true"`}
          >${one === '' ? 'default mailer' : one}</a
        >`,
    )}
  </nav>`;
}
