import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { lstat, open, opendir, unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readMailHeader } from '../../core/delivery/pickup/mail-header.js';
import { pickupEnvelope } from '../../core/delivery/pickup/pickup-envelope.js';
import { UnreadableMailError } from '../../core/delivery/pickup/unreadable-mail-error.js';
import { errnoOf, messageOf } from '../../core/errors/error-facts.js';
import { visible } from '../../core/redaction/printable.js';
import type { PreviewListing, PreviewMail, PreviewMails } from './preview-mails.js';

/** Most entries of the folder that are listed. */
const MOST_ENTRIES = 20_000;
const LARGEST_MAIL = 32 * 1024 * 1024;
const HEAD = 64 * 1024;
const AT_ONCE = 32;

interface FoundFile {
  readonly name: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ino: number;
}

/** The mails that lie in a pickup directory. The folder is listed anew for each request; a file is read again when it changes. */
export class PickupMails implements PreviewMails {
  readonly description: string;
  readonly deletion: string;
  readonly omission: string;
  readonly pollMs = 2000;
  readonly #directory: string;
  readonly #maxMails: number;
  #known = new Map<string, PreviewMail>();

  constructor(directory: string, maxMails: number) {
    this.#directory = resolve(directory);
    this.#maxMails = maxMails;
    this.description = `What lies in ${visible(this.#directory)}`;
    this.deletion = 'The .eml files in the folder are deleted; mails that have not left yet are lost.';
    this.omission = `the newest ${maxMails} are shown`;
  }

  async list(): Promise<PreviewListing> {
    let files: FoundFile[];
    let beyond: boolean;
    try {
      ({ files, beyond } = await this.#files());
    } catch (error) {
      return { mails: [], omitted: 0, problem: this.#problem(error) };
    }
    const shown = files.slice(0, this.#maxMails);
    const known = new Map<string, PreviewMail>();
    for (let index = 0; index < shown.length; index += AT_ONCE) {
      const mails = await Promise.all(shown.slice(index, index + AT_ONCE).map(file => this.#mail(file)));
      for (const [key, mail] of mails) if (mail) known.set(key, mail);
    }
    this.#known = known;
    return {
      mails: [...known.values()],
      omitted: files.length - shown.length,
      ...(beyond && {
        problem: `The folder has more than ${MOST_ENTRIES} entries; only so many are looked at.`,
      }),
    };
  }

  async find(id: string): Promise<PreviewMail | undefined> {
    return (await this.list()).mails.find(mail => mail.id === id);
  }

  async clear(): Promise<void> {
    const { files } = await this.#files();
    for (const { name } of files) {
      await unlink(join(this.#directory, name)).catch((error: unknown) => {
        // A relay or an SMTP server has taken the file meanwhile.
        if (errnoOf(error) !== 'ENOENT') throw error;
      });
    }
  }

  /** The finished mails, the newest first: regular files, and no others. */
  async #files(): Promise<{ files: FoundFile[]; beyond: boolean }> {
    const names: string[] = [];
    let beyond = false;
    for await (const { name } of await opendir(this.#directory, { bufferSize: 1024 })) {
      if (!/\.eml$/i.test(name) || name.startsWith('.')) continue;
      beyond = names.length >= MOST_ENTRIES;
      if (beyond) break;
      names.push(name);
    }
    const files: FoundFile[] = [];
    for (let index = 0; index < names.length; index += AT_ONCE) {
      const found = await Promise.all(names.slice(index, index + AT_ONCE).map(name => this.#look(name)));
      files.push(...found.filter(file => file !== undefined));
    }
    files.sort((left, right) => right.mtimeMs - left.mtimeMs || (left.name < right.name ? 1 : -1));
    return { files, beyond };
  }

  async #look(name: string): Promise<FoundFile | undefined> {
    try {
      const stats = await lstat(join(this.#directory, name));
      const { size, mtimeMs, ino } = stats;
      return stats.isFile() ? { name, size, mtimeMs, ino } : undefined;
    } catch {
      // Gone meanwhile, or its name cannot be written as text.
      return undefined;
    }
  }

  async #mail(file: FoundFile): Promise<readonly [string, PreviewMail | undefined]> {
    const key = `${file.ino} ${file.size} ${file.mtimeMs} ${file.name}`;
    const known = this.#known.get(key);
    if (known) return [key, known];
    const head = await this.#read(file.name, HEAD).catch(() => undefined);
    return [key, head && pickupMail(file, key, head, limit => this.#read(file.name, limit))];
  }

  /** Reads a file as far as a limit; never through a link, and never from what is no regular file: opening a pipe would wait for its writer. */
  async #read(name: string, limit: number): Promise<Buffer> {
    const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
    const handle = await open(join(this.#directory, name), flags);
    try {
      const stats = await handle.stat();
      if (!stats.isFile()) throw new Error('It is no file.');
      return await readUpTo(handle, Math.min(stats.size, limit));
    } finally {
      await handle.close();
    }
  }

  #problem(error: unknown): string {
    const code = errnoOf(error);
    const folder = visible(this.#directory);
    if (code === 'ENOENT') return `There is no folder ${folder}.`;
    if (code === 'ENOTDIR') return `${folder} is no folder.`;
    return `The folder ${folder} cannot be read: ${messageOf(error)}`;
  }
}

function pickupMail(
  { name, size, mtimeMs }: FoundFile,
  key: string,
  head: Buffer,
  read: (limit: number) => Promise<Buffer>,
): PreviewMail {
  const tooLarge = size > LARGEST_MAIL;
  const found = envelopeOf(head, head.length >= size);
  const problem = tooLarge
    ? `The file is larger than ${LARGEST_MAIL / 1024 / 1024} MB and is not shown.`
    : found.problem;
  return {
    id: createHash('sha256').update(key).digest('hex').slice(0, 24),
    at: mtimeMs,
    status: 'written',
    ...(found.envelope && { envelope: found.envelope }),
    file: visible(name),
    size,
    ...(problem !== undefined && { problem }),
    head: async () => head,
    content: async () => {
      if (tooLarge) return undefined;
      // A relay or an SMTP server may have taken the file since it was listed.
      return head.length >= size ? head : read(LARGEST_MAIL).catch(() => undefined);
    },
  };
}

function envelopeOf(
  head: Buffer,
  complete: boolean,
): { envelope?: PreviewMail['envelope']; problem?: string } {
  try {
    const header = readMailHeader(head, complete);
    if (!header) return { problem: `Its header does not end within ${HEAD / 1024} KB.` };
    const { from, to, invalid } = pickupEnvelope(head, header);
    const [first] = invalid;
    return {
      envelope: { from, to },
      ...(first && { problem: `No mail can be sent to ${first.entry}: ${first.reason}.` }),
    };
  } catch (error) {
    if (error instanceof UnreadableMailError) return { problem: error.message };
    throw error;
  }
}

async function readUpTo(handle: FileHandle, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
