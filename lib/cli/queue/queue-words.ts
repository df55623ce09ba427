import type { QueueCounts } from '../../core/delivery/mail-delivery.js';
import type { FailedMail } from '../../queue/admin/failed-mail.js';
import type { MailDetails, RecipientDetails } from '../../queue/admin/mail-details.js';
import type { Style } from '../style.js';

const LABEL_WIDTH = 12;

/** How a queue does, for people. */
export function statusText(label: string, counts: QueueCounts, style: Style): string {
  const { waiting, delayed, active, failed, oldestAgeMs, workers, paused } = counts;
  const age = oldestAgeMs === undefined ? '' : `, the oldest for ${durationText(oldestAgeMs)}`;
  const nobody = workers === 0 && waiting + delayed + active > 0;
  const rows: [string, string][] = [
    ['waiting', `${waiting}${age}`],
    ['delayed', String(delayed)],
    ['active', String(active)],
    ['failed', failed > 0 ? style.bad(String(failed)) : '0'],
    ['workers', workersText(workers, nobody, style)],
  ];
  const lines = rows.map(([name, value]) => `  ${name.padEnd(LABEL_WIDTH)}${value}\n`);
  const pause = paused === true ? style.warn('Paused by an operator: no worker takes mails.\n') : '';
  return `${style.bold(`Queue ${label}`)}\n${lines.join('')}${pause}`;
}

function workersText(workers: number | undefined, nobody: boolean, style: Style): string {
  if (workers === undefined)
    return 'unknown: the store does not tell (CLIENT LIST is forbidden to this account)';
  return nobody ? style.bad('0: nobody delivers these mails') : String(workers);
}

/** A page of the mails that were given up. */
export interface FailedPage {
  readonly mails: readonly FailedMail[];
  /** 1 for the first. */
  readonly page: number;
  /** Of all pages. */
  readonly count: number;
  /** Mails of a full page. */
  readonly size: number;
}

/** Mails that were given up, for people. */
export function failedText({ mails, page, count, size }: FailedPage, style: Style): string {
  if (mails.length === 0)
    return count === 0 ? 'No mail has failed.\n' : `Page ${page} is empty; ${count} mails have failed.\n`;
  const entries = mails.map(
    ({ id, failedAt, template, recipients, reason, attempts }) =>
      `${style.bold(id)}\n  ${timeText(failedAt)}, ${counted(attempts, 'attempt')}, ${template ?? 'mail'} to ${namesText(recipients)}\n  ${style.bad(reason)}\n`,
  );
  const first = (page - 1) * size + 1;
  const range = `${first} to ${first + mails.length - 1} of ${count} failed mails`;
  const more = first + mails.length - 1 < count ? `; --page ${page + 1} shows more` : '';
  return `${entries.join('')}${style.dim(`${range}${more}.`)}\n`;
}

/** One mail, for people. */
export function detailsText(mail: MailDetails, style: Style): string {
  const { opened, closed, recipients, reason } = mail;
  const facts: [string, string | undefined][] = [
    ['state', mail.state],
    ['reason', reason],
    ['Message-ID', mail.messageId],
    ['template', mail.template],
    ['culture', mail.culture],
    ['size', mail.size === undefined ? undefined : `${mail.size} octets`],
    ['queued', timeText(mail.queuedAt)],
    ['due', timeText(mail.dueAt)],
    ['tried', timeText(mail.triedAt)],
    ['ended', timeText(mail.endedAt)],
    ['attempts', String(mail.attempts)],
    ['from', opened && (opened.from === '' ? '<>' : opened.from)],
    ['subject', opened?.subject],
  ];
  const lines = facts.flatMap(([name, value]) =>
    value === undefined ? [] : [`  ${name.padEnd(LABEL_WIDTH)}${value}\n`],
  );
  const list = recipients.map(recipient => recipientText(recipient, style));
  return `${style.bold(mail.id)}\n${lines.join('')}${list.join('')}${closed === undefined ? '' : `${style.dim(`Not opened: ${closed}`)}\n`}`;
}

function recipientText({ address, state, reason, code }: RecipientDetails, style: Style): string {
  const shown = state === 'refused' ? style.bad(state) : state === 'delivered' ? style.good(state) : state;
  const pad = ' '.repeat(Math.max(1, LABEL_WIDTH - state.length));
  const said = [code, reason].filter(part => part !== undefined && part !== '').join(' ');
  return `  ${shown}${pad}${address}${said === '' ? '' : `: ${said}`}\n`;
}

function namesText(recipients: readonly string[]): string {
  const [first, ...more] = recipients;
  if (first === undefined) return 'nobody known';
  return more.length === 0 ? first : `${first} and ${more.length} more`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function timeText(time: Date): string;
function timeText(time: Date | undefined): string | undefined;
function timeText(time: Date | undefined): string | undefined {
  if (time === undefined) return undefined;
  return Number.isNaN(time.getTime()) ? 'unknown' : time.toISOString();
}

const UNITS: readonly (readonly [name: string, milliseconds: number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
];

function durationText(milliseconds: number): string {
  for (const [name, size] of UNITS)
    if (milliseconds >= size) return `${Math.floor(milliseconds / size)} ${name}`;
  return `${Math.round(milliseconds / 1000)} s`;
}
