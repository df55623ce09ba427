import { createHash } from 'node:crypto';
import { messageOf } from '../../core/errors/error-facts.js';
import { readMail } from '../../core/mime/read-mail.js';
import { GMAIL_LIMIT } from '../../core/templates/gmail-limit.js';
import type { RenderedMail } from '../../core/templates/template-renderer.js';
import type { Html } from '../view/html.js';
import { html } from '../view/html.js';
import { mailFrame } from '../view/mail-frame.js';
import { exampleMail } from './example-mail.js';
import { sourceView } from './source-view.js';
import type { TemplatePageParts } from './template-page-parts.js';
import { addressOf } from './template-view.js';

/** What the tab of a view shows. */
export async function tabPanel({ base, view, templates, listing, result }: TemplatePageParts): Promise<Html> {
  if (view.tab === 'source') return sourceView(base, view, result, listing?.renderer);
  const mail = result.rendered ?? result.draft;
  if (!mail) return html`<p class="empty">There is nothing to show until that is mended.</p>`;
  switch (view.tab) {
    case 'html':
      return htmlTab(addressOf(base, view, '/html'), view.name, mail);
    case 'text':
      return textTab(mail, listing?.renderer === undefined && result.files.text === undefined);
    case 'headers':
      return headersTab(mail, templates.mailer?.settings.fromAddress);
  }
}

function htmlTab(address: string, name: string, mail: RenderedMail): Html {
  if (mail.html === undefined)
    return html`<p class="empty">This template has no html part: the mail is sent as text alone.</p>`;
  const size = Buffer.byteLength(mail.html);
  // Another address for another content: so an open page sees that the frame has changed, and loads it anew.
  const version = createHash('sha256').update(mail.html).digest('base64url').slice(0, 12);
  const src = `${address}${address.includes('?') ? '&' : '?'}v=${version}`;
  return html`${mailFrame(src, `The mail ${name}`)}
    <p class="hint" id="size">${kilobytes(size)} of HTML</p>
    ${
      size > GMAIL_LIMIT &&
      html`<p class="message warn">
        This is more than 102 KB: Gmail clips the mail there and hides the rest behind a link.
      </p>`
    }`;
}

function textTab({ text }: RenderedMail, made: boolean): Html {
  return html`${made && html`<p class="hint">There is no text part: this one is made from the HTML.</p>`}
    <pre tabindex="0">${text}</pre>`;
}

async function headersTab(mail: RenderedMail, from: string | undefined): Promise<Html> {
  try {
    const composed = await exampleMail(mail, from);
    const bytes = await composed.bytes();
    const { headers, problem } = await readMail(bytes);
    return html`${problem !== undefined && html`<p class="message bad">${problem}</p>`}
      <p class="hint">
        As the mailer composes it for recipient@example.com; ${kilobytes(bytes.length)} with everything that
        is in it.
      </p>
      <div class="table">
        <table>
          <thead>
            <tr>
              <th scope="col">Header</th>
              <th scope="col">Value</th>
            </tr>
          </thead>
          <tbody>
            ${headers.map(
              ({ name, value }) =>
                html`<tr>
                  <th scope="row">${name}</th>
                  <td>${value}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>`;
  } catch (error) {
    return html`<p class="message bad">A mail of it cannot be composed: ${messageOf(error)}</p>`;
  }
}

function kilobytes(octets: number): string {
  return `${(octets / 1024).toFixed(1)} KB`;
}
