import { lstat, mkdir, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../core/errors/error-facts.js';
import { REMEDIES } from '../../core/text/remedies.js';
import type { FolderFacts } from './held-folder.js';
import { HeldFolder, readableText } from './held-folder.js';
import { folderProblem } from './own-folder.js';
import { QuickFiles } from './quick-files.js';
import { markRecords, OWN_FOLDER, README } from './records-readme.js';

/** Replacements of the pickup directory that are followed: each keeps the folders before it open, for the mails in them. */
const MOST_REPLACEMENTS = 50;
/** Own folders that are kept open after they were removed: a mail that was under way then is still found to be removed with them. */
const MOST_REMOVED = 20;
const OWN_MODE = 0o700;
const OTHER_FILE_SYSTEM =
  'lies on another file system than the pickup directory: mails cannot be moved there by a rename; choose a folder on the same one';
const ANOTHER_FILE_SYSTEM = `lies on another file system than stateDirectory by now, so no mail can be taken; mount or move it back, ${REMEDIES.stateMovedAway.inCode}`;

/**
 * The pickup directory and the relay's own folders. All are held open from the first {@link make} on: what happens to
 * their names leads nowhere. Below the relay's own folder only its account can change names.
 */
export class RelayFolders {
  /** The calls that each mail needs in them. */
  readonly files = new QuickFiles();
  readonly #directory: string;
  readonly #rootPath: string | undefined;
  #pickup: HeldFolder | undefined;
  #root: HeldFolder | undefined;
  /** Owner of the pickup directory when it was opened first. */
  #owner: number | undefined;
  /** Folders that were replaced; mails under way may lie in them. */
  readonly #former: HeldFolder[] = [];
  /** The relay's own folders that were removed last. */
  readonly #removed: HeldFolder[] = [];
  #making: Promise<void> = Promise.resolve();

  /**
   * @param directory the pickup directory
   * @param stateDirectory where the relay's own folders lie. @default `.mailroom` in the pickup directory
   */
  constructor(directory: string, stateDirectory?: string) {
    this.#directory = directory;
    this.#rootPath = stateDirectory;
  }

  /** A path that leads to the pickup directory. */
  get pickup(): string {
    return this.#pickup?.path ?? this.#directory;
  }

  /** A path that leads to one folder for each relay. */
  get relays(): string {
    return join(this.#own, 'relays');
  }

  /** A path that leads to one state for each mail that waits for another try. */
  get states(): string {
    return join(this.#own, 'states');
  }

  /** A path that leads to the folder of mails that cannot be delivered, where it is not put elsewhere. */
  get badmail(): string {
    return join(this.#rootPath === undefined ? this.pickup : this.#own, 'badmail');
  }

  /** Whether others may put something in the place of the relay's own folders, because the system does not let them be held. */
  async areReplaceable(): Promise<boolean> {
    return this.#rootPath === undefined && this.#root?.isHeld === false && (await this.isShared());
  }

  /** Whether other accounts may write to the pickup directory. */
  async isShared(): Promise<boolean> {
    if (process.platform === 'win32') return false;
    return folderProblem(await (this.#pickup?.facts() ?? lstat(this.#directory))) !== undefined;
  }

  get #own(): string {
    return this.#root?.path ?? this.#rootPath ?? join(this.pickup, OWN_FOLDER);
  }

  /**
   * Opens the folders, and makes those that are missing, but never the pickup directory itself.
   *
   * @throws an error with words when a folder is not this account's alone, or the error of the system
   */
  async make(): Promise<void> {
    // Several workers may find the folders gone at the same time.
    const making = this.#making.then(() => this.#make());
    this.#making = making.catch(() => {});
    await making;
  }

  async #make(): Promise<void> {
    const pickup = (this.#pickup ??= await HeldFolder.open(this.#directory));
    this.#owner ??= (await pickup.facts()).uid;
    if (this.#root && !(await this.#root.exists())) {
      this.#removed.push(this.#root);
      this.#root = undefined;
      if (this.#removed.length > MOST_REMOVED) await this.#removed.shift()?.close();
    }
    this.#root ??= await this.#makeRoot(pickup);
    await this.files.judge(this.#root.path);
    for (const folder of [this.relays, this.states]) {
      await makeFolder(folder);
      const problem = folderProblem(await lstat(folder));
      if (problem !== undefined) throw new Error(`${readableText(folder)} ${problem}`);
    }
  }

  /**
   * Looks whether the path of the pickup directory leads to another folder by now, as after somebody has made it anew, and
   * opens that one. The mails under way stay where they are.
   *
   * @returns whether it does
   * @throws the error of the system when there is no such folder, or an error with words when the new one belongs to
   * another account than the one before: what is put in its place is not followed
   */
  async follow(): Promise<boolean> {
    const pickup = this.#pickup;
    if (!pickup) return false;
    await lstat(this.#directory);
    if (await pickup.isAt(this.#directory)) return false;
    if (this.#former.length >= MOST_REPLACEMENTS)
      throw new Error(`${this.#directory} was replaced ${MOST_REPLACEMENTS} times; start the relay anew`);
    const dev = this.#rootPath === undefined ? undefined : (await this.#root?.facts())?.dev;
    const next = await HeldFolder.open(this.#directory, facts =>
      dev === undefined || facts.dev === dev ? this.#ownerProblem(facts) : ANOTHER_FILE_SYSTEM,
    );
    this.#former.push(pickup);
    this.#pickup = next;
    // In the pickup directory the records of a relay are those of the folder they lie in.
    if (this.#root && this.#rootPath === undefined) {
      this.#former.push(this.#root);
      this.#root = undefined;
    }
    return true;
  }

  /** Whether somebody has renamed or replaced the relay's own folder, which is gone on with all the same. */
  async isOwnMoved(): Promise<boolean> {
    const root = this.#root;
    if (!root || !(await root.exists())) return false;
    return !(await root.isAt(this.#rootPath ?? join(this.pickup, OWN_FOLDER)));
  }

  /** Whether records of this account lie in the pickup directory too, though they are put elsewhere: of another relay, or of an earlier one. */
  async hasRecordsInPickup(): Promise<boolean> {
    if (this.#rootPath === undefined) return false;
    const place = join(this.pickup, OWN_FOLDER);
    const found = await lstat(place).catch(() => undefined);
    if (!found || folderProblem(found) !== undefined || (await this.#root?.isAt(place))) return false;
    return lstat(join(place, 'relays')).then(
      () => true,
      () => false,
    );
  }

  /** Removes the folders that are empty. Without {@link make} before it nothing is: what has their names may be anything. */
  async removeEmpty(): Promise<void> {
    if (!this.#root) return;
    const removed = await Promise.all(
      [this.relays, this.states].map(folder =>
        rmdir(folder).then(
          () => true,
          (error: unknown) => errnoOf(error) === 'ENOENT',
        ),
      ),
    );
    if (removed.includes(false)) return;
    // A relay that starts just now writes it anew.
    await unlink(join(this.#own, README)).catch(() => {});
    // The folder that an administrator has named stays.
    if (this.#rootPath === undefined && !(await this.isOwnMoved()))
      await rmdir(join(this.pickup, OWN_FOLDER)).catch(() => {});
  }

  /** Lets go of the folders; harmless when done twice. */
  async close(): Promise<void> {
    const open = [...this.#former.splice(0), ...this.#removed.splice(0), this.#pickup, this.#root];
    this.#pickup = undefined;
    this.#root = undefined;
    for (const folder of open) await folder?.close();
  }

  async #makeRoot(pickup: HeldFolder): Promise<HeldFolder> {
    const path = this.#rootPath ?? join(pickup.path, OWN_FOLDER);
    await makeFolder(path);
    const { dev } = await pickup.facts();
    const root = await HeldFolder.open(path, facts =>
      facts.dev === dev ? folderProblem(facts) : OTHER_FILE_SYSTEM,
    );
    try {
      await markRecords(root.path, this.#directory, this.#rootPath);
      return root;
    } catch (error) {
      await root.close();
      throw error;
    }
  }

  #ownerProblem({ uid }: FolderFacts): string | undefined {
    if (process.platform === 'win32' || this.#owner === undefined || uid === this.#owner) return undefined;
    return `was replaced by a folder of another account (uid ${uid}, before it was ${this.#owner}), which is not followed; start the relay anew if that is meant`;
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, OWN_MODE);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
}
