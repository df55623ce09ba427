import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readSmallFile } from '../../core/delivery/pickup/read-small-file.js';
import type { UndeliveredRecipient } from '../../core/delivery/recipient-verdict.js';
import { errnoOf } from '../../core/errors/error-facts.js';
import type { Claims } from '../spool/claims.js';
import { syncFolder, writeDurably } from '../spool/durable-file.js';
import { HeldFolder } from '../spool/held-folder.js';
import { exists, fitName, isSameFile, similarName } from '../spool/move-file.js';
import { writeNew } from '../spool/new-file.js';
import { folderProblem } from '../spool/own-folder.js';
import { printableName } from '../spool/printable-name.js';
import type { RelayFolders } from '../spool/relay-folders.js';

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
  /** Names of the fields that its recipients stand in, such as `X-Receiver`. @default none is known */
  readonly recipientFields?: readonly string[];
}

const REASON_SUFFIX = '.reason.txt';
const REASON_MODE = 0o640;
const LARGEST_REASON = 64 * 1024 * 1024;
/** Times that the folder is made anew because somebody has moved it away; each keeps the one before it open. */
const MOST_FOLDERS = 50;

/** The folder for mails that cannot be delivered: each `.eml` has a text beside it that says why. */
export class Badmail {
  readonly #folders: RelayFolders;
  readonly #elsewhere: string | undefined;
  /** The folders held so far, the one in use last. */
  readonly #held: HeldFolder[] = [];

  /** @param elsewhere path of the folder. @default `badmail` beside the relay's own folders */
  constructor(folders: RelayFolders, elsewhere?: string) {
    this.#folders = folders;
    this.#elsewhere = elsewhere;
  }

  /** A path that leads to the folder. */
  get path(): string {
    return this.#held.at(-1)?.path ?? this.#name;
  }

  get #name(): string {
    return this.#elsewhere ?? this.#folders.badmail;
  }

  /** How many mails are in the folder. */
  async count(): Promise<number> {
    try {
      return (await readdir(this.path)).filter(name => /\.eml$/i.test(name)).length;
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
    await this.#open();
    for (let attempt = 0; ; attempt++) {
      const moved = await this.#tryTake(claims, name, similarName(name, attempt), report);
      if (moved === undefined) continue;
      await syncFolder(this.path);
      return moved;
    }
  }

  /** Lets go of the folder. */
  async close(): Promise<void> {
    for (const folder of this.#held.splice(0)) await folder.close();
  }

  /**
   * Makes the folder when it is missing, and holds it from then on. One that somebody has moved away is made anew; when
   * something else stands in its place that is not this account's alone, the one that is held stays in use.
   */
  async #open(): Promise<void> {
    const held = this.#held.at(-1);
    if (held && ((await held.isAt(this.#name)) || this.#held.length >= MOST_FOLDERS)) return;
    try {
      await mkdir(this.#name, { recursive: true, mode: 0o700 });
      this.#held.push(await HeldFolder.open(this.#name, folderProblem));
    } catch (error) {
      if (!held || !(await held.exists())) throw error;
    }
  }

  /** Whether a reason belongs to another mail: the names of reasons are cut, so two long names may have the same. */
  async #isReasonOfOther(reason: string, as: string): Promise<boolean> {
    if (basename(reason) === `${as}${REASON_SUFFIX}`) return false;
    const text = await readSmallFile(reason, { largest: LARGEST_REASON }).catch(() => undefined);
    return text?.includes(`File:       ${printableName(as)}\n`) !== true;
  }

  async #tryTake(
    claims: Claims,
    name: string,
    as: string,
    report: BadmailReport,
  ): Promise<string | undefined> {
    const path = join(this.path, as);
    if ((await exists(path)) && !(await isSameFile(path, claims.pathOf(name)))) return undefined;
    const reason = join(this.path, fitName(as, REASON_SUFFIX));
    const text = reasonText(name, report);
    const existed = !(await writeNew(reason, text, REASON_MODE));
    if (existed) {
      if (await this.#isReasonOfOther(reason, as)) return undefined;
      // A relay that died after it had written the reason has left it without its mail.
      await writeDurably(reason, text, { mode: REASON_MODE });
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

function reasonText(name: string, report: BadmailReport): string {
  const { reason, messageId, from, attempts, delivered, undelivered, recipientFields = [] } = report;
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
    ...(delivered.length > 0 && recipientFields.length > 0
      ? [
          `First take those who have it already out of its ${inWords(recipientFields)} lines, or they get it twice.`,
        ]
      : []),
    '',
  ];
  return lines.join('\n');
}

function inWords(names: readonly string[]): string {
  return names.join(', ').replace(/, (?=[^,]*$)/, ' and ');
}

function list(heading: string, entries: readonly string[]): string[] {
  return entries.length === 0 ? [] : ['', heading, ...entries.map(entry => `  ${entry}`)];
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
