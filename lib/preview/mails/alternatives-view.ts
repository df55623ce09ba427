import type { MailPart, ReadMail } from '../../core/mime/read-mail.js';
import type { Html } from '../view/html.js';
import { html } from '../view/html.js';
import type { CalendarEvent } from './read-calendar.js';
import { isCalendar, readCalendar } from './read-calendar.js';

const LONGEST_TEXT = 64 * 1024;
const MOST_PARTS = 20;

/** The forms of a mail beside text and HTML: calendars as tables, and each as it is. */
export function alternativesView({ alternatives }: ReadMail): Html {
  if (alternatives.length === 0) return html`<p class="hint">This mail has only text and HTML.</p>`;
  return html`${alternatives.slice(0, MOST_PARTS).map(partView)}
  ${alternatives.length > MOST_PARTS && html`<p class="hint">${alternatives.length - MOST_PARTS} more; see the source.</p>`}`;
}

/** What a calendar says, as a table for each of its appointments. */
export function calendarView(content: Buffer): Html {
  const { method, events } = readCalendar(content);
  if (events.length === 0)
    return html`<p class="message warn">No appointment can be read in this calendar.</p>`;
  return html`${method !== undefined && html`<p class="hint">Method ${method}</p>`} ${events.map(eventView)}`;
}

function partView({ contentType, parameters, content }: MailPart): Html {
  const type = [contentType, ...Object.entries(parameters).map(([name, value]) => `${name}=${value}`)].join(
    '; ',
  );
  const text = content.subarray(0, LONGEST_TEXT).toString('utf8');
  return html`<h3>${type.slice(0, 300)}</h3>
    ${isCalendar(contentType) && calendarView(content)}
    <pre tabindex="0" aria-label="Content of the part ${contentType}">${text}</pre>
    ${content.length > LONGEST_TEXT && html`<p class="hint">Only the first ${LONGEST_TEXT / 1024} KB are shown.</p>`}`;
}

function eventView(event: CalendarEvent): Html {
  const { summary, start, end, location, organizer, attendees, status, repeats, description } = event;
  const when = [start, end].filter(time => time !== undefined).join(' – ');
  const rows: readonly (readonly [name: string, value: string | undefined])[] = [
    ['What', summary],
    ['When', when === '' ? undefined : when],
    ['Repeats', repeats],
    ['Where', location],
    ['Organizer', organizer],
    ['Attendees', attendees.length === 0 ? undefined : attendees.join(', ')],
    ['Status', status],
    ['Description', description],
  ];
  return html`<div class="table" tabindex="0" role="region" aria-label="Appointment">
    <table>
      <tbody>
        ${rows.map(
          ([name, value]) =>
            value !== undefined &&
            html`<tr>
              <th scope="row">${name}</th>
              <td>${value}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
