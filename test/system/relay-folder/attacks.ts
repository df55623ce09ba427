import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { recordName } from '../../../lib/core/delivery/pickup/relay-records.js';
import { journalEntry } from '../../../lib/relay/spool/delivered-journal.js';
import { fileIdentity } from '../../../lib/relay/spool/move-file.js';
import { asAccount, ROOT } from './accounts.js';
import { deadLease } from './dead-lease.js';
import type { SharedFolder } from './shared-folder.js';

/** Something that another account puts into a pickup directory so that the relay does harm with its own rights. */
export interface Attack {
  readonly title: string;
  /** Where, from the pickup directory on. */
  readonly path: string;
  /** Puts it there; nothing has the name, and the folder is the attacker's. */
  put(path: string, folder: SharedFolder): void;
}

/** A mail that has to wait, so that the relay keeps a record of it, and one that is given up, with a reason beside it. */
export const DEFERRED = 'deferred.eml';
export const REFUSED = 'refused.eml';
/** A mail of somebody else that was there before. */
export const EARLIER = 'earlier.eml';

const RELAYS = '.mailroom/relays';
const RECORD = `.mailroom/states/${recordName(DEFERRED)}`;
const FORGED = `${RELAYS}/0b0b0b0b-0000-4000-8000-000000000000`;

function pipe(path: string): void {
  execFileSync('mkfifo', ['-m', '666', path]);
}

const toPrivate: Attack['put'] = (path, folder) => symlinkSync(folder.private, path);
const toSecret: Attack['put'] = (path, folder) => symlinkSync(join(folder.private, 'secret.txt'), path);
const writable: Attack['put'] = path => {
  mkdirSync(path);
  chmodSync(path, 0o777);
};

/** Makes what looks like the folder of a relay that has died, but for one part. */
function forged(part: 'lease.json' | 'claimed' | 'journal', put: Attack['put']): Attack['put'] {
  return (path, folder) => {
    mkdirSync(path);
    if (part !== 'lease.json') writeFileSync(join(path, 'lease.json'), JSON.stringify(deadLease()));
    if (part !== 'claimed') mkdirSync(join(path, 'claimed'));
    if (part !== 'journal') writeFileSync(join(path, 'journal'), '');
    put(join(path, part), folder);
  };
}

/** Says of a mail that everybody has it. */
const saysDelivered: Attack['put'] = (path, folder) => {
  const stats = lstatSync(folder.at(EARLIER), { bigint: true, throwIfNoEntry: false });
  writeFileSync(path, stats ? `${journalEntry(EARLIER, fileIdentity(stats))}\n` : '');
};

/** What concerns the relay's own folders. */
export const OWN_FOLDER_ATTACKS: readonly Attack[] = [
  ...['badmail', '.mailroom', RELAYS, '.mailroom/states', FORGED].flatMap(path => [
    { title: `a link to a private folder as ${path}`, path, put: toPrivate },
    { title: `a pipe as ${path}`, path, put: pipe },
  ]),
  ...['badmail', '.mailroom', RELAYS, '.mailroom/states'].map(path => ({
    title: `a folder that everybody may write to as ${path}`,
    path,
    put: writable,
  })),
  ...[`badmail/${REFUSED}`, `badmail/${REFUSED}.reason.txt`, `badmail/${REFUSED}.reason.txt.new`].map(
    path => ({
      title: `a link to a secret as ${path}`,
      path,
      put: toSecret,
    }),
  ),
  ...['', '.new'].flatMap(end => [
    { title: `a link to a secret as the record of a mail${end}`, path: `${RECORD}${end}`, put: toSecret },
    { title: `a pipe as the record of a mail${end}`, path: `${RECORD}${end}`, put: pipe },
  ]),
  {
    title: `a link to the folders of other relays as ${RELAYS}`,
    path: RELAYS,
    put: (path, folder) => symlinkSync(dirname(folder.privateRelay), path),
  },
  {
    title: 'a link to the folder of another relay',
    path: FORGED,
    put: (path, folder) => symlinkSync(folder.privateRelay, path),
  },
  {
    title: 'a dead relay whose claimed mails are a private folder',
    path: FORGED,
    put: forged('claimed', toPrivate),
  },
  {
    title: 'a dead relay whose journal names a mail of others',
    path: FORGED,
    put: forged('journal', saysDelivered),
  },
  {
    title: 'a dead relay whose journal has no end',
    path: FORGED,
    put: forged('journal', path => symlinkSync('/dev/zero', path)),
  },
  { title: 'a dead relay whose journal is a pipe', path: FORGED, put: forged('journal', pipe) },
  { title: 'a dead relay whose lease is a pipe', path: FORGED, put: forged('lease.json', pipe) },
  { title: 'a dead relay whose lease is a secret', path: FORGED, put: forged('lease.json', toSecret) },
];

/** What has the name of a mail and is none, or not one of the attacker's. */
export const MAIL_ATTACKS: readonly Attack[] = [
  {
    title: 'a link to a private mail',
    path: 'planted.eml',
    put: (path, folder) => symlinkSync(join(folder.private, 'mail.eml'), path),
  },
  { title: 'a link to a private folder', path: 'planted.eml', put: toPrivate },
  { title: 'a pipe', path: 'planted.eml', put: pipe },
  {
    title: 'a second name of a private mail',
    path: 'planted.eml',
    put: (path, folder) => {
      // Linux lets nobody do that who may not write to the file, unless fs.protected_hardlinks is off; other systems do.
      asAccount(ROOT, () => linkSync(join(folder.private, 'mail.eml'), path));
    },
  },
];

export const ATTACKS: readonly Attack[] = [...OWN_FOLDER_ATTACKS, ...MAIL_ATTACKS];
