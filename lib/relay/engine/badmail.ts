import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { errnoOf } from '../../core/errors/error-facts.js';
import type { Claims } from '../spool/claims.js';
import { syncFolder } from '../spool/durable-file.js';
import type { UndeliveredRecipient } from '../spool/mail-states.js';
import { exists, fitName, isSameFile, similarName } from '../spool/move-file.js';
import { printableName } from '../spool/printable-name.js';

/** Why a file is in the badmail folder. */
export interface BadmailReport {
  /** One sentence. */
  readonly reason: string;
  readonly messageId?: string;
  /** Address of the sender; empty for the null reverse-path (RFC 5321 4.5.5). */
  readonly from?: string;
  /** Tries so far. */
  readonly attempts: number;
  /** Recipients that have the mail. */
  readonly delivered: readonly string[];
  /** Recipients that do not get it. */
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

  /**
   * Moves a claimed file into the folder, where its reason is written first. Nothing there is replaced.
   *
   * @returns the new path
   */
  async take(claims: Claims, name: string, report: BadmailReport): Promise<string> {
    await mkdir(this.#folder, { recursive: true });
    for (let attempt = 0; ; attempt++) {
      const moved = await this.#tryTake(claims, name, similarName(name, attempt), report);
      if (moved === undefined) continue;
      await syncFolder(this.#folder);
      return moved;
    }
  }

  /** Whether a reason belongs to another mail: the names of reasons are cut, so two long names may have the same. */
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
    const existed = !(await writeNew(reason, text));
    if (existed) {
      if (await this.#isReasonOfOther(reason, as)) return undefined;
      // A relay that died after it had written the reason has left it without its mail.
      await writeFile(reason, text, REASON_FILE);
    }
    try {
      if (await claims.moveTo(path, name)) return path;
    } catch (error) {
      // No reason stays without its mail.
      if (!(await exists(path).catch(() => true))) await rm(reason, { force: true }).catch(() => {});
      throw error;
    }
    if (!existed) await rm(reason, { force: true });
    return undefined;
  }
}

/** Writes a file that must not exist yet; false when it does, also when it was made a moment ago. */
async function writeNew(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { ...REASON_FILE, flag: 'wx' });
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    // On a full disk there may be an empty file, or the beginning of it.
    await rm(path, { force: true }).catch(() => {});
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
