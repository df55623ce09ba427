import type { Mailbox } from '../../core/address/mailbox.js';
import type { ReadMail } from '../../core/mime/read-mail.js';
import type { Html } from '../view/html.js';
import { html } from '../view/html.js';
import { mailFrame } from '../view/mail-frame.js';
import { alternativesView, calendarView } from './alternatives-view.js';
import { deliveryView } from './delivery-view.js';
import { linkedText } from './linked-text.js';
import { statusBadge, timeOf } from './mails-list-view.js';
import type { PreviewMail } from './preview-mails.js';
import { isCalendar } from './read-calendar.js';

/** The tabs of a mail by their names in addresses, in their order. */
export const MAIL_TABS = {
  html: 'HTML',
  text: 'Text',
  headers: 'Headers',
  attachments: 'Attachments',
  alternatives: 'Alternatives',
  delivery: 'Delivery',
  source: 'Source',
} as const;

/** One of {@link MAIL_TABS}. */
export type MailTab = keyof typeof MAIL_TABS;

/** One mail, and the tab in which it is shown. */
export interface MailViewParts {
  readonly base: string;
  readonly mail: PreviewMail;
  readonly read: ReadMail;
  readonly tab: MailTab;
  /** All of it as it is on the way; only for the tab `source`. */
  readonly source: Buffer | undefined;
  readonly search: string;
}

const LONGEST_TEXT = 512 * 1024;
const MOST_ROWS = 500;

/** The tab that the address names, or the first that has something in it. */
export function tabOf(wanted: string | null, mail: PreviewMail, read: ReadMail): MailTab {
  if (wanted !== null && Object.hasOwn(MAIL_TABS, wanted)) return wanted as MailTab;
  if (read.html !== undefined) return 'html';
  return read.text === undefined && (mail.error || mail.problem !== undefined) ? 'delivery' : 'text';
}

/** A mail: its head, tabs, and what the chosen one shows. */
export function mailView(parts: MailViewParts): Html {
  const { base, mail, read, tab, search } = parts;
  const link = `${base}/mailbox/${mail.id}`;
  const searched = search === '' ? '' : `&search=${encodeURIComponent(search)}`;
  const counts: Partial<Record<MailTab, number>> = {
    attachments: read.attachments.length,
    alternatives: read.alternatives.length,
  };
  const dropped = mail.receipt?.dropped.length ?? 0;
  const shown = (Object.keys(MAIL_TABS) as MailTab[]).filter(
    // Most mails have none, so that a tab for them would only be one more to look at.
    name => name !== 'alternatives' || name === tab || read.alternatives.length > 0,
  );
  const tabs = shown.map(
    name =>
      html`<a
        role="tab"
        id="tab-${name}"
        href="${link}?tab=${name}${searched}"
        data-swap="mail"
        aria-controls="panel"
        aria-selected="${name === tab ? 'true' : 'false'}"
        tabindex="${name === tab ? '0' : '-1'}"
        >${MAIL_TABS[name]}${countText(counts[name])}</a
      >`,
  );
  return html`<article class="mail" id="mail" data-mail="${mail.id}" aria-label="Mail">
    <a class="back button" href="${base}/mailbox">Back to the list</a>
    <h2 dir="auto">${read.subject === '' ? '(no subject)' : read.subject}</h2>
    <dl class="facts">
      <dt>From</dt>
      <dd>${read.from ? mailboxText(read.from) : (mail.envelope?.from ?? 'unknown')}</dd>
      <dt>To</dt>
      <dd>${addressLine(read.to)}</dd>
      ${
        read.cc.length > 0 &&
        html`<dt>Cc</dt>
          <dd>${addressLine(read.cc)}</dd>`
      }
      <dt>Sent</dt>
      <dd>${timeOf(mail.at)} ${statusBadge(mail)}</dd>
      ${
        mail.template !== undefined &&
        html`<dt>Template</dt>
          <dd>${mail.template}${mail.culture !== undefined && html` (${mail.culture})`}</dd>`
      }
      ${
        read.unsubscribe &&
        html`<dt>Unsubscribe</dt>
          <dd>${unsubscribeText(read.unsubscribe)}</dd>`
      }
    </dl>
    ${mail.error && tab !== 'delivery' && html`<p class="message bad">${mail.error.message}</p>`}
    ${
      dropped > 0 &&
      html`<p class="message warn">
        ${dropped} ${dropped === 1 ? 'recipient was' : 'recipients were'} dropped:
        <a href="${link}?tab=delivery${searched}" data-swap="mail">who, and why</a>
      </p>`
    }
    ${[...new Set([mail.problem, read.problem])].map(problem => problem !== undefined && html`<p class="message warn">${problem}</p>`)}
    <div class="tabs" role="tablist" aria-label="Parts of the mail">${tabs}</div>
    <section id="panel" role="tabpanel" aria-labelledby="tab-${tab}">${panel(parts, link)}</section>
  </article>`;
}

function countText(count = 0): Html | false {
  return count > 0 && html` (${count})`;
}

function panel({ mail, read, tab, source }: MailViewParts, link: string): Html {
  switch (tab) {
    case 'html':
      return read.html === undefined
        ? nothing('This mail has no HTML.')
        : mailFrame(`${link}/html`, `HTML of the mail “${read.subject}”`);
    case 'text':
      return read.text === undefined
        ? nothing('This mail has no text part.')
        : html`${cutNote(read.text.length)}
            <pre tabindex="0" aria-label="Text of the mail">
${linkedText(read.text.slice(0, LONGEST_TEXT))}</pre>`;
    case 'headers':
      return headersView(read);
    case 'attachments':
      return attachmentsView(read, link);
    case 'alternatives':
      return alternativesView(read);
    case 'delivery':
      return deliveryView(mail);
    case 'source':
      return sourceView(source, link);
  }
}

function headersView({ headers }: ReadMail): Html {
  if (headers.length === 0) return nothing('No header can be read.');
  const rows = headers.slice(0, MOST_ROWS).map(
    ({ name, value }) =>
      html`<tr>
        <th scope="row">${name}</th>
        <td>${value.slice(0, 10_000)}</td>
      </tr>`,
  );
  return html`${table('Header fields', ['Field', 'Value'], rows)}
  ${headers.length > MOST_ROWS && html`<p class="hint">${headers.length - MOST_ROWS} more; see the source.</p>`}`;
}

function attachmentsView({ attachments }: ReadMail, link: string): Html {
  if (attachments.length === 0) return nothing('This mail has no attachments.');
  const rows = attachments.slice(0, MOST_ROWS).map(
    ({ filename, contentType, size, inline }, index) =>
      html`<tr>
        <th scope="row"><a href="${link}/attachments/${index}" download>${filename.slice(0, 300)}</a></th>
        <td>${contentType.slice(0, 200)}${inline && ', part of the HTML'}</td>
        <td>${sizeText(size)}</td>
      </tr>`,
  );
  const calendars = attachments.filter(({ contentType }) => isCalendar(contentType)).slice(0, 5);
  return html`${table('Attachments', ['Name', 'Type', 'Size'], rows)}
  ${calendars.map(
    ({ filename, content }) =>
      html`<h3>${filename.slice(0, 300)}</h3>
        ${calendarView(content)}`,
  )}`;
}

/** Wider than a phone it may be, so it scrolls by itself. */
function table(label: string, columns: readonly string[], rows: readonly Html[]): Html {
  return html`<div class="table" tabindex="0" role="region" aria-label="${label}">
    <table>
      <thead>
        <tr>
          ${columns.map(column => html`<th scope="col">${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

function sourceView(source: Buffer | undefined, link: string): Html {
  if (!source) return nothing('There is no content to show.');
  const shown = source.subarray(0, LONGEST_TEXT).toString('utf8');
  return html`<p class="actions">
      <a class="button" href="${link}/download" download>Download .eml</a>
      <a class="button" href="${link}/source" target="_blank" rel="noopener noreferrer">Open alone</a>
      <span class="hint">${sizeText(source.length)}</span>
    </p>
    ${cutNote(source.length)}
    <pre tabindex="0" aria-label="Source of the mail">${shown}</pre>`;
}

function cutNote(length: number): Html | false {
  return (
    length > LONGEST_TEXT &&
    html`<p class="message warn">Only the first ${LONGEST_TEXT / 1024} KB are shown.</p>`
  );
}

function nothing(text: string): Html {
  return html`<p class="hint">${text}</p>`;
}

function addressLine(mailboxes: readonly Mailbox[]): string {
  const shown = mailboxes.slice(0, 50).map(mailboxText).join(', ');
  const rest = mailboxes.length - 50;
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

function mailboxText({ name, address }: Mailbox): string {
  return name === undefined ? address : `${name} <${address}>`;
}

function unsubscribeText({ url, mailto, oneClick }: NonNullable<ReadMail['unsubscribe']>): string {
  const ways = [url, mailto].filter(way => way !== undefined).map(way => way.slice(0, 1000));
  return `${ways.join(', ')}${oneClick ? ' (one click)' : ' (not by one click)'}`;
}

/** A number of octets, for people. */
export function sizeText(octets: number): string {
  if (octets < 1024) return `${octets} B`;
  const kilobytes = octets / 1024;
  return kilobytes < 1024 ? `${kilobytes.toFixed(1)} KB` : `${(kilobytes / 1024).toFixed(1)} MB`;
}
