import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { messageOf } from '../../../lib/core/errors/error-facts.js';
import { assertWellFormedMail, headerOf } from '../../support/eml.js';

const TEMPORARY = /^\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.mailroom$/;

/** What stands in a pickup directory. */
export interface FolderState {
  /** Subjects of the finished mails. */
  readonly mails: readonly string[];
  /** Names of our temporary files. */
  readonly leftovers: readonly string[];
  /** Everything that must not be there: half a mail, any other name. */
  readonly problems: readonly string[];
}

/** Reads a pickup directory as a service would, and holds every mail of write-mails.mjs against what was sent. */
export async function readFolder(folder: string): Promise<FolderState> {
  const state = { mails: [] as string[], leftovers: [] as string[], problems: [] as string[] };
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    try {
      if (TEMPORARY.test(name)) state.leftovers.push(name);
      else if (name.endsWith('.eml') && lstatSync(path).isFile()) state.mails.push(await wholeMail(path));
      else state.problems.push(`${name} has a name that is not ours`);
    } catch (error) {
      state.problems.push(`${name}: ${messageOf(error)}`);
    }
  }
  return state;
}

/** The subject of a mail that was reported as written. */
export async function subjectOf(path: string): Promise<string> {
  return existsSync(path) ? wholeMail(path) : `${path}, which is not there`;
}

async function wholeMail(path: string): Promise<string> {
  const bytes = readFileSync(path);
  assertWellFormedMail(bytes);
  const { subject, text, attachments } = await simpleParser(bytes);
  if (text?.trim() !== `begin ${subject}\nend ${subject}`) throw new Error(`has another text: ${text}`);
  const digest = createHash('sha256')
    .update(attachments[0]?.content ?? '')
    .digest('hex');
  if (digest !== headerOf(bytes, 'X-Digest')) throw new Error('has another attachment');
  return subject ?? '';
}
