import type { QueuedMailProgress } from '../../core/delivery/mail-delivery.js';
import type { MailReceipt } from '../../core/delivery/mail-receipt.js';
import type { RejectedRecipient } from '../../core/errors/mail-delivery-error.js';
import type { MailDsn } from '../../core/message/mail-message.js';
import type { Html } from '../view/html.js';
import { html } from '../view/html.js';
import type { PreviewFailure, PreviewMail } from './preview-mails.js';
import { stateWords } from './queue-words.js';

const MOST_ROWS = 200;

/** What became of a mail: envelope, recipients that were refused or dropped, and what the receipt or the error says. */
export function deliveryView({ envelope, receipt, progress, error, mailer, file }: PreviewMail): Html {
  return html`${envelope ? envelopeView(envelope) : html`<p class="hint">It has no envelope.</p>`}
  ${receipt && receiptView(receipt)} ${progress && progressView(progress)} ${error && failureView(error)}
  ${
    (mailer !== undefined || file !== undefined) &&
    html`<dl class="facts">
      ${
        mailer !== undefined &&
        html`<dt>Mailer</dt>
          <dd>${mailer}</dd>`
      }
      ${
        file !== undefined &&
        html`<dt>File</dt>
          <dd>${file}</dd>`
      }
    </dl>`
  }`;
}

function envelopeView({ from, to, dsn }: NonNullable<PreviewMail['envelope']>): Html {
  return html`<h3>Envelope</h3>
    <dl class="facts">
      <dt>From</dt>
      <dd>${from === '' ? '<>' : from}</dd>
      <dt>To</dt>
      <dd>
        ${to.slice(0, MOST_ROWS).join(', ')}${to.length > MOST_ROWS && html` and ${to.length - MOST_ROWS} more`}
      </dd>
      ${
        dsn &&
        html`<dt>Reports (DSN)</dt>
          <dd>${reportsText(dsn)}</dd>`
      }
    </dl>`;
}

/** `success, failure; with the whole mail; named order-42`. */
function reportsText({ notify, ret, envid }: MailDsn): string {
  return [
    notify.join(', '),
    ...(ret === undefined ? [] : [ret === 'full' ? 'with the whole mail' : 'with its header']),
    ...(envid === undefined ? [] : [`named ${envid}`]),
  ].join('; ');
}

function receiptView(receipt: MailReceipt): Html {
  const { via, response, messageId, file, fallback, rejected, dropped } = receipt;
  return html`<h3>Receipt</h3>
    <dl class="facts">
      <dt>Status</dt>
      <dd>${receipt.status}</dd>
      <dt>Via</dt>
      <dd>${via}${fallback === true && ' (the fallback)'}</dd>
      <dt>Message-ID</dt>
      <dd>${messageId}</dd>
      ${
        response !== undefined &&
        html`<dt>Response</dt>
          <dd>${response}</dd>`
      }
      ${
        file !== undefined &&
        html`<dt>File</dt>
          <dd>${file}</dd>`
      }
    </dl>
    ${rejectedView(rejected)}
    ${
      dropped.length > 0 &&
      recipientTable(
        'Dropped recipients',
        ['Address', 'Field', 'Rule', 'Reason'],
        dropped.map(({ address, field, rule, reason }) => [address, field, rule, reason ?? '']),
      )
    }`;
}

/** What has become of it in the queue. */
function progressView(progress: QueuedMailProgress): Html {
  const { state, attempts, accepted, rejected, reason } = progress;
  const [words] = stateWords({ status: 'queued', progress });
  return html`<h3>Queue</h3>
    <dl class="facts">
      <dt>State</dt>
      <dd>${state === 'unknown' ? 'the queue does not know it any more' : words}</dd>
      <dt>Attempts</dt>
      <dd>${attempts}</dd>
      ${
        accepted.length > 0 &&
        html`<dt>Delivered to</dt>
          <dd>
            ${accepted.slice(0, MOST_ROWS).join(', ')}${accepted.length > MOST_ROWS && html` and ${accepted.length - MOST_ROWS} more`}
          </dd>`
      }
      ${
        reason !== undefined &&
        html`<dt>Reason</dt>
          <dd>${reason}</dd>`
      }
    </dl>
    ${rejectedView(rejected)}`;
}

function failureView(error: PreviewFailure): Html {
  const { transcript, recipients, name: _name, message: _message, ...details } = error;
  const lines = Array.isArray(transcript) ? transcript.map(String) : [];
  return html`<h3>${error.name}</h3>
    <p class="message bad">${error.message}</p>
    <dl class="facts">
      ${Object.entries(details).map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${textOf(value)}</dd>`,
      )}
    </dl>
    ${Array.isArray(recipients) && rejectedView(recipients as RejectedRecipient[])}
    ${
      lines.length > 0 &&
      html`<h3>Conversation with the server</h3>
        <pre tabindex="0" aria-label="Conversation with the server">${lines.join('\n')}</pre>`
    }`;
}

function rejectedView(rejected: readonly RejectedRecipient[]): Html | false {
  return (
    rejected.length > 0 &&
    recipientTable(
      'Refused recipients',
      ['Address', 'Code', 'Response', 'Worth a retry'],
      rejected.map(({ address, code, response, retryable }) => [
        address,
        textOf(code),
        response ?? '',
        textOf(retryable),
      ]),
    )
  );
}

function recipientTable(title: string, heads: readonly string[], rows: readonly (readonly string[])[]): Html {
  return html`<h3>${title}</h3>
    <div class="table" tabindex="0" role="region" aria-label="${title}">
      <table>
        <thead>
          <tr>
            ${heads.map(head => html`<th scope="col">${head}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.slice(0, MOST_ROWS).map(
            row =>
              html`<tr>
                ${row.map(cell => html`<td>${cell}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${rows.length > MOST_ROWS && html`<p class="hint">${rows.length - MOST_ROWS} more.</p>`}`;
}

function textOf(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
