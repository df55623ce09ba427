import { createHash, randomUUID } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errnoOf, isErrorLike } from '../../../lib/core/errors/error-facts.js';
import { iisMail, publish } from '../../support/relay-app.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { asAccount, ATTACKER, GROUP, RELAY, ROOT, WRITER } from './accounts.js';
import { deadLease } from './dead-lease.js';

/** How a pickup directory lets several accounts write. */
export interface Sharing {
  readonly title: string;
  readonly mode: number;
  readonly owner: number;
}

export const STICKY: Sharing = {
  title: 'for everybody, each his own files (1777)',
  mode: 0o1777,
  owner: RELAY,
};
export const OPEN: Sharing = { title: 'for everybody (0777)', mode: 0o777, owner: ROOT };
export const OF_A_GROUP: Sharing = { title: 'for a group (0770)', mode: 0o770, owner: ROOT };

/** Who gets the mails that nobody has handed in. */
export const NEVER = 'private@contoso.com';
/** A folder that holds what relay and its folders hold, so that whoever is led there finds what it looks for. */
const DEAD = '0a0a0a0a-0000-4000-8000-000000000000';

/** A pickup directory that several accounts share, and beside it what the relay's account alone may read. */
export class SharedFolder {
  /** The pickup directory. */
  readonly path: string;
  /** A folder of the relay's account that has nothing to do with mails. */
  readonly private: string;
  readonly settings: string;
  /** A folder for the relay's records that nobody else may enter; not there yet. */
  readonly state: string;
  readonly #root: TemporaryDirectory;

  constructor(sharing: Sharing, settings: object) {
    this.#root = temporaryDirectory();
    chmodSync(this.#root.path, 0o711);
    this.path = join(this.#root.path, 'pickup');
    mkdirSync(this.path);
    chownSync(this.path, sharing.owner, GROUP);
    chmodSync(this.path, sharing.mode);
    this.private = join(this.#root.path, 'private');
    this.#fillPrivate();
    const own = join(this.#root.path, 'relay');
    mkdirSync(own, { mode: 0o700 });
    chownSync(own, RELAY, GROUP);
    this.state = join(own, 'state');
    const section = { PickupDirectory: this.path, ...settings };
    this.settings = this.#root.write('appsettings.json', JSON.stringify({ MailSettings: section }));
  }

  /** The relay's folder that the private one holds. */
  get privateRelay(): string {
    return join(this.private, 'relays', DEAD);
  }

  /** A path in the pickup directory. */
  at(...names: string[]): string {
    return join(this.path, ...names);
  }

  /** Hands in a mail, by default as one who is no attacker. */
  handIn(name: string, to = 'ann@contoso.com', account = WRITER): void {
    asAccount(account, () => publish(this.path, name, iisMail(name, [to])));
  }

  /** Puts something to a path as the attacker, after what is there was moved aside. */
  attack(name: string, put: (path: string) => void): void {
    asAccount(ATTACKER, () => {
      const path = this.at(name);
      for (let tries = 1; ; tries++) {
        try {
          // Not those of others: that is what the attack is about.
          if (!mayWrite(dirname(path))) this.#replace(dirname(name));
          moveAside(path);
          return put(path);
        } catch (error) {
          // A relay that runs may have made the folder anew just then.
          if (tries === 20) throw error;
        }
      }
    });
  }

  /** Lets the attacker swap what is there for something else and back, as long as somebody asks for the next step. */
  *swaps(name: string, put: (path: string) => void): Generator<void> {
    const path = this.at(name);
    const aside = `${path}.aside`;
    const steps = [
      () => renameSync(path, aside),
      () => put(path),
      () => rmSync(path, { recursive: true }),
      () => renameSync(aside, path),
    ];
    for (;;) {
      for (const step of steps) asAccount(ATTACKER, () => attempt(step));
      yield;
      for (const step of steps.slice(0, 2)) asAccount(ATTACKER, () => attempt(step));
      yield;
      for (const step of steps.slice(2)) asAccount(ATTACKER, () => attempt(step));
      yield;
    }
  }

  /** The attacker gives one of the names to what has the other. */
  swapIn(from: string, to: string): void {
    asAccount(ATTACKER, () => attempt(() => renameSync(this.at(from), this.at(to))));
  }

  /** The attacker, who may change the folder above, puts something in the place of the whole pickup directory. */
  replaceWhole(put: (path: string) => void): void {
    chmodSync(this.#root.path, 0o777);
    asAccount(ATTACKER, () => {
      renameSync(this.path, `${this.path}.away`);
      put(this.path);
    });
  }

  /** What is in the private folder, to see that nothing has changed: content, rights and time of each name. */
  privateFacts(): string[] {
    return factsOf(this.private);
  }

  /** Whether a file of a name lies anywhere in the pickup directory, also when that was moved away. */
  holds(name: string): boolean {
    return readdirSync(this.#root.path, { recursive: true, encoding: 'utf8' }).some(
      found => basename(found) === name && !found.startsWith('private'),
    );
  }

  remove(): void {
    this.#root.remove();
  }

  /** Makes a folder anew, as one of the attacker's, and those above it that it may not write to. */
  #replace(name: string): void {
    if (name === '.') return;
    const path = this.at(name);
    if (!mayWrite(dirname(path))) this.#replace(dirname(name));
    moveAside(path);
    mkdirSync(path, { mode: 0o777 });
    chmodSync(path, 0o777);
  }

  #fillPrivate(): void {
    for (const folder of ['', 'states', `relays/${DEAD}/claimed`, 'claimed'])
      mkdirSync(join(this.private, folder), { recursive: true, mode: 0o700 });
    const mail = iisMail('private', [NEVER]);
    const files = {
      'secret.txt': 'secret',
      'mail.eml': mail,
      'claimed/mail.eml': mail,
      [`relays/${DEAD}/claimed/mail.eml`]: mail,
      [`relays/${DEAD}/journal`]: '',
      [`relays/${DEAD}/lease.json`]: JSON.stringify(deadLease()),
    };
    const then = Math.floor(Date.now() / 1000) - 60;
    for (const [name, content] of Object.entries(files)) {
      const path = join(this.private, name);
      writeFileSync(path, content, { mode: 0o600 });
      utimesSync(path, then, then);
    }
    for (const name of ['.', ...readdirSync(this.private, { recursive: true, encoding: 'utf8' })])
      chownSync(join(this.private, name), RELAY, GROUP);
  }
}

function moveAside(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })) renameSync(path, `${path}.${randomUUID()}.away`);
}

/** Does what may not be possible: an attacker tries. */
function attempt(step: () => void): void {
  try {
    step();
  } catch (error) {
    // Of the system, or of a command that has ended with it.
    if (errnoOf(error) === undefined && !(isErrorLike(error) && 'status' in error)) throw error;
  }
}

function mayWrite(folder: string): boolean {
  try {
    const { mode, uid } = lstatSync(folder);
    return uid === ATTACKER || (mode & 0o022) !== 0;
  } catch {
    return false;
  }
}

function factsOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map(name => {
      const path = join(folder, name);
      const stats = lstatSync(path);
      const content = stats.isFile()
        ? createHash('sha256').update(readFileSync(path)).digest('hex')
        : stats.isSymbolicLink()
          ? readlinkSync(path)
          : '';
      return [name, stats.mode.toString(8), stats.uid, stats.isFile() ? stats.mtimeMs : '', content].join(
        ' ',
      );
    });
}
