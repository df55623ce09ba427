import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { errnoOf } from '../../core/errors/error-facts.js';
import { visible } from '../../core/redaction/printable.js';
import type { Claims } from '../spool/claims.js';
import { syncFolder } from '../spool/durable-file.js';
import type { UndeliveredRecipient } from '../spool/mail-states.js';
import { exists, fitName, isSameFile, similarName } from '../spool/move-file.js';

/** Why a file is in the badmail folder. */
export interface BadmailReport {
  /** One sentence. */
  readonly reason: string;
  readonly messageId?: string;
  readonly from?: string;
  readonly attempts: number;
  readonly delivered: readonly string[];
  readonly undelivered: readonly UndeliveredRecipient[];
}

const REASON_SUFFIX = '.reason.txt';
const REASON_FILE = { mode: 0o640, flush: true } as const;

/** The folder for mails that cannot be delivered: each `.eml` has a text beside it that says why. */
export class Badmail {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** How many mails are in the folder. */
  async count(): Promise<number> {
    try {
      return (await readdir(this.#folder)).filter(name => /\.eml$/i.test(name)).length;
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return 0;
      throw error;
    }
  }

  /** Moves a claimed file into the folder, the reason first; returns its new path. Nothing there is replaced. */
  async take(claims: Claims, name: string, report: BadmailReport): Promise<string> {
    await mkdir(this.#folder, { recursive: true });
    for (let attempt = 0; ; attempt++) {
      const moved = await this.#tryTake(claims, name, similarName(name, attempt), report);
      if (moved === undefined) continue;
      await syncFolder(this.#folder);
      return moved;
    }
  }

  /** Long names may share a reason's name. */
  async #isReasonOfOther(reason: string, as: string): Promise<boolean> {
    if (basename(reason) === `${as}${REASON_SUFFIX}`) return false;
    const text = await readFile(reason, 'utf8').catch(() => '');
    return !text.includes(`File:       ${printableName(as)}\n`);
  }

  async #tryTake(
    claims: Claims,
    name: string,
    as: string,
    report: BadmailReport,
  ): Promise<string | undefined> {
    const path = join(this.#folder, as);
    if ((await exists(path)) && !(await isSameFile(path, claims.pathOf(name)))) return undefined;
    const reason = join(this.#folder, fitName(as, REASON_SUFFIX));
    const text = reasonText(name, report);
    const left = !(await writeNew(reason, text));
    if (left) {
      if (await this.#isReasonOfOther(reason, as)) return undefined;
      // A reason without its mail is what a relay has left that died between the two.
      await writeFile(reason, text, REASON_FILE);
    }
    try {
      if (await claims.moveTo(path, name)) return path;
    } catch (error) {
      if (!left) await rm(reason, { force: true }).catch(() => {});
      throw error;
    }
    if (!left) await rm(reason, { force: true });
    return undefined;
  }
}

/** Of two mails that come to one name at the same time, one is told that it is taken. */
async function writeNew(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { ...REASON_FILE, flag: 'wx' });
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function reasonText(name: string, report: BadmailReport): string {
  const { reason, messageId, from, attempts, delivered, undelivered } = report;
  const lines = [
    'This mail could not be delivered. The relay of nest-mailroom has moved it here and will not try again.',
    '',
    `Reason:     ${oneLine(reason)}`,
    `File:       ${printableName(name)}`,
    `Moved at:   ${new Date().toISOString()}`,
    ...(messageId ? [`Message-ID: ${messageId}`] : []),
    ...(from === undefined ? [] : [`Sender:     <${from}>`]),
    `Tries:      ${attempts}`,
    ...list(
      'Not delivered to:',
      undelivered.map(({ address, reason: why }) => `${address}: ${oneLine(why)}`),
    ),
    ...list('Already delivered to:', delivered),
    '',
    'To try again, mend what is wrong, then move the .eml file back into the pickup directory.',
    ...(delivered.length > 0
      ? ['First take those who have it already out of its X-Receiver lines, or they get it twice.']
      : []),
    '',
  ];
  return lines.join('\n');
}

function list(heading: string, entries: readonly string[]): string[] {
  return entries.length === 0 ? [] : ['', heading, ...entries.map(entry => `  ${entry}`)];
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

/** A file name that is safe to print: names may hold line ends. */
export function printableName(name: string): string {
  return visible(basename(name));
}
