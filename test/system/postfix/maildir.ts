import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../../lib/core/errors/error-facts.js';
import { headersOf } from '../../support/eml.js';

/** One copy of a mail in the Maildir. */
export class DeliveredMail {
  readonly #bytes: Buffer;

  constructor(
    /** The file as the server wrote it: LF at line ends, and the server's own header fields on top. */
    readonly raw: Buffer,
  ) {
    this.#bytes = Buffer.from(raw.toString('latin1').replaceAll('\n', '\r\n'), 'latin1');
  }

  /** The recipient as it stood in the envelope. */
  get recipient(): string {
    // The server writes its own on top; a mail may have brought another one. Postfix, Exim and OpenSMTPD, in this order.
    for (const field of ['X-Original-To', 'Envelope-To', 'Delivered-To']) {
      const [address] = headersOf(this.#bytes, field);
      if (address !== undefined) return address;
    }
    return '';
  }

  /** The sender as it stood in the envelope. */
  get sender(): string {
    return (headersOf(this.#bytes, 'Return-Path')[0] ?? '').replace(/^<|>$/g, '');
  }

  /**
   * The name that the server gave to the mail when it said 250. Copies with the same one come from one acceptance: Postfix,
   * killed after it delivered and before it wrote that down, delivers the mail a second time.
   */
  get queueId(): string {
    return /\bid ([0-9A-Za-z-]+)/.exec(headersOf(this.#bytes, 'Received')[0] ?? '')?.[1] ?? '';
  }

  /** What the client sent, CRLF at line ends: everything below the server's own header fields. */
  get content(): Buffer {
    const text = this.#bytes.toString('latin1');
    const own =
      /^(?:(?:Return-Path|X-Original-To|Delivered-To|Envelope-To):.*\r\n)*Received:.*\r\n(?:[ \t].*\r\n)*/i.exec(
        text,
      );
    return this.#bytes.subarray(own?.[0].length ?? 0);
  }

  /** Everything after the header section, with LF at line ends. */
  get body(): string {
    const text = this.raw.toString('latin1');
    return text.slice(text.indexOf('\n\n') + 2);
  }
}

/** All mails of a Maildir. */
export async function readMaildir(directory: string): Promise<DeliveredMail[]> {
  const mails: DeliveredMail[] = [];
  for (const folder of ['new', 'cur']) {
    for (const name of await filesOf(join(directory, folder))) {
      mails.push(new DeliveredMail(await readFile(join(directory, folder, name))));
    }
  }
  return mails;
}

async function filesOf(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    // Postfix makes the folders with the first mail.
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** What counts as another copy: another file, or another acceptance by the server. */
export type CopyUnit = 'deliveries' | 'acceptances';

/** Id in the body → recipient → number of copies. Mails without an id are left out. */
export function copiesById(
  mails: readonly DeliveredMail[],
  pattern: RegExp,
  unit: CopyUnit,
): Map<string, Map<string, number>> {
  const counts = new Map<string, Map<string, number>>();
  const seen = new Set<string>();
  for (const mail of mails) {
    const match = new RegExp(pattern, pattern.flags.replace(/[gy]/g, '')).exec(mail.body);
    const id = match?.[1] ?? match?.[0];
    if (id === undefined) continue;
    const acceptance = `${mail.queueId} ${mail.recipient}`;
    if (unit === 'acceptances' && seen.has(acceptance)) continue;
    seen.add(acceptance);
    const ofId = counts.get(id) ?? new Map<string, number>();
    ofId.set(mail.recipient, (ofId.get(mail.recipient) ?? 0) + 1);
    counts.set(id, ofId);
  }
  return counts;
}
