import { formTokenField } from '../view/form-token-field.js';
import type { Html } from '../view/html.js';
import { html } from '../view/html.js';
import type { MailSummary } from './mail-reader.js';
import type { PreviewListing, PreviewMail, PreviewMails } from './preview-mails.js';
import { stateWords } from './queue-words.js';

/** A mail with what a list shows of it. */
export interface ListedMail {
  readonly mail: PreviewMail;
  readonly summary: MailSummary;
}

/** What the list of mails is made of. */
export interface MailListParts {
  readonly base: string;
  readonly source: PreviewMails;
  readonly listing: PreviewListing;
  /** Those that the search has found. */
  readonly found: readonly ListedMail[];
  readonly search: string;
  /** Id of the mail that is open beside the list. */
  readonly open: string | undefined;
  /** Token of the form that deletes all. */
  readonly formToken: string;
}

/** How mails end that went their way: a list says so of none of them, so that the others can be seen. */
const USUAL: ReadonlySet<PreviewMail['status']> = new Set(['accepted', 'written']);

/** How a send ended, or what has become of its mail in a queue. */
export function statusBadge(mail: Pick<PreviewMail, 'status' | 'progress'>): Html {
  const [words, kind] = stateWords(mail);
  return html`<span class="badge ${kind}">${words}</span>`;
}

/** The time of day; with its date, where that is another one. */
export function timeOf(at: number): Html {
  const date = new Date(at);
  const iso = Number.isNaN(date.getTime()) ? '' : date.toISOString();
  const two = (number: number): string => String(number).padStart(2, '0');
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  const today = date.toDateString() === new Date().toDateString();
  return html`<time datetime="${iso}">${today ? clock : `${day} ${clock}`}</time>`;
}

/** The list beside the mail: search, delete all, and the mails, the newest first. */
export function mailListView({ base, source, listing, found, search, open, formToken }: MailListParts): Html {
  const { mails, omitted, problem } = listing;
  const count = mails.length;
  return html`<div class="side">
    <div class="side-head">
      <div class="side-title">
        <h1>Mailbox</h1>
        <details class="menu" id="delete-menu">
          <summary>Delete all</summary>
          <form method="post" action="${base}/mailbox/delete">
            ${formTokenField(formToken)}
            <p>Delete all mails? ${source.deletion}</p>
            <button class="danger">Delete all mails</button>
          </form>
        </details>
      </div>
      <form role="search" action="${base}/mailbox" data-swap="list">
        <label class="hidden" for="search">Search in subjects, addresses and texts</label>
        <input
          id="search"
          name="search"
          type="search"
          value="${search}"
          placeholder="Search"
          autocomplete="off"
        />
      </form>
    </div>
    <div
      class="scroll"
      id="list"
      data-live="mailbox"
      ${source.pollMs !== undefined && html`data-poll="${source.pollMs}"`}
    >
      ${problem !== undefined && html`<p class="message bad">${problem}</p>`}
      ${count === 0 && problem === undefined && emptyView(source)}
      ${count > 0 && found.length === 0 && html`<p class="empty">No mail has “${search}” in it.</p>`}
      <ul class="mails" aria-label="Mails">
        ${found.map(one => rowView(base, one, search, open))}
      </ul>
      ${omitted > 0 && html`<p class="empty">${omitted} older ${omitted === 1 ? 'mail is' : 'mails are'} not here: ${source.omission}.</p>`}
    </div>
  </div>`;
}

function emptyView({ description }: PreviewMails): Html {
  return html`<div class="empty">
    <p>No mails yet.</p>
    <p>${description} appears here by itself.</p>
  </div>`;
}

function rowView(
  base: string,
  { mail, summary }: ListedMail,
  search: string,
  open: string | undefined,
): Html {
  const query = search === '' ? '' : `?search=${encodeURIComponent(search)}`;
  const to = summary.to.map(({ address }) => address);
  const recipients = to.length > 0 ? to : (mail.envelope?.to ?? []);
  const origin = [
    summary.from?.address ?? mail.envelope?.from ?? 'unknown',
    ...(mail.template === undefined ? [] : [mail.template]),
    ...(mail.mailer === undefined ? [] : [`mailer ${mail.mailer}`]),
  ];
  return html`<li>
    <a
      id="row-${mail.id}"
      href="${base}/mailbox/${mail.id}${query}"
      data-swap="mailbox"
      ${mail.id === open && html`aria-current="true"`}
    >
      <span class="row">
        <span class="subject" dir="auto">${summary.subject === '' ? '(no subject)' : summary.subject}</span>
        ${timeOf(mail.at)}
      </span>
      <span class="row">
        <span class="line">To ${shortList(recipients)}</span>
        ${!USUAL.has(mail.status) && statusBadge(mail)}
      </span>
      <span class="row">
        <span class="line">From ${origin.join(' · ')}</span>
        <span class="marks">
          ${exceptionBadges(mail)} ${summary.attached && html`<span class="badge">attachment</span>`}
        </span>
      </span>
    </a>
  </li>`;
}

/** What is out of the ordinary, though the mail went its way. */
function exceptionBadges({ status, receipt }: PreviewMail): Html[] {
  const { rejected = [], dropped = [], fallback } = receipt ?? {};
  return [
    ...(rejected.length > 0 ? [html`<span class="badge bad">${rejected.length} refused</span>`] : []),
    // A mail that is suppressed went to nobody: that it says already.
    ...(dropped.length > 0 && status !== 'suppressed'
      ? [html`<span class="badge warn">${dropped.length} dropped</span>`]
      : []),
    ...(fallback === true ? [html`<span class="badge warn">fallback</span>`] : []),
  ];
}

function shortList(addresses: readonly string[]): string {
  if (addresses.length === 0) return 'nobody';
  const [first = '', ...others] = addresses;
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}
