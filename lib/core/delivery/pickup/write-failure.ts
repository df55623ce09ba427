import { messageOf } from '../../errors/error-facts.js';
import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import { errnoName } from './errno-name.js';
import type { FileWhereabouts } from './write-pickup-file.js';
import { PickupFileRemainsError } from './write-pickup-file.js';

/** Errors that can be over at a later try, by themselves or after an administrator has acted. */
const TRANSIENT: ReadonlySet<string> = new Set([
  'ENOSPC',
  'EDQUOT',
  'ENOENT',
  'ENOTDIR',
  'EROFS',
  'EIO',
  'EMFILE',
  'ENFILE',
  'ENOMEM',
  'EAGAIN',
  'EBUSY',
  'EINTR',
  'ESTALE',
  'ETIMEDOUT',
]);

const MORE_RIGHTS = 'this process may not write there; change the access rights of the directory';
const SHARE = 'the network share does not answer; check that it is mounted';
const BROKEN = 'the disk or the network share is faulty; check it, and what the system has logged';
const ADVICE: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'no space is left; make room'],
  ['EDQUOT', 'the quota of the disk is used up; make room or raise it'],
  ['EACCES', MORE_RIGHTS],
  ['EPERM', MORE_RIGHTS],
  ['ENOENT', 'the directory is gone; create it again'],
  ['ENOTDIR', 'a part of this path is a file; create the directory again'],
  ['EROFS', 'the file system is read-only; mount it for writing'],
  [
    'EFBIG',
    'the mail is larger than a file may be there; raise the limit (ulimit -f, LimitFSIZE) or send a smaller mail',
  ],
  [
    'EMFILE',
    'this process has too many open files; raise its limit (ulimit -n, LimitNOFILE) or send fewer mails at once',
  ],
  ['ENFILE', 'the system has too many open files; raise its limit (fs.file-max)'],
  ['ENOMEM', 'no memory is left; give this system more, or send fewer mails at once'],
  ['EIO', BROKEN],
  ['ENXIO', BROKEN],
  ['ESTALE', SHARE],
  ['ETIMEDOUT', SHARE],
  [
    'ERR_ACCESS_DENIED',
    'the permission model of Node.js keeps it from this process; start it with --allow-fs-read and --allow-fs-write for the directory',
  ],
  ['ENAMETOOLONG', 'the path is too long; choose a shorter one'],
]);
const NOTHING = 'Nothing was left behind.';
const UNKNOWN_ADVICE = 'check that directory and its file system';

type WhatIsLeft = Readonly<Record<FileWhereabouts, (file: string) => string>>;

/** What is left of a file that never had the name of a mail. */
const HIDDEN: WhatIsLeft = {
  removed: () => NOTHING,
  stays: file =>
    `The hidden file ${file} could not be removed; no reader takes it, and a start after a day removes it.`,
  gone: file =>
    `The hidden file ${file} is not there any more: if its directory was moved meanwhile, it lies in the moved one, where no reader takes it.`,
};

/** What is left of a file that had it. */
const PUBLISHED: WhatIsLeft = {
  removed: () =>
    `The mail had been published and was taken back; a reader may have taken it before. ${NOTHING}`,
  stays: file => `The mail was published as ${file} and could not be taken back; a reader may take it.`,
  gone: file =>
    `The mail was published as ${file} and is not there any more: a reader may have taken it, or it lies where its directory was moved to.`,
};

/** Says what went wrong with a mail in a pickup directory, what to do, and what is left there. */
export function writeFailure(error: unknown, directory: string, messageId: string): MailDeliveryError {
  const remains = error instanceof PickupFileRemainsError ? error : undefined;
  const cause = remains ? remains.cause : error;
  const errno = errnoName(cause);
  const advice = writeAdvice(errno);
  return new MailDeliveryError(
    'EMAILWRITE',
    `The mail could not be written to ${directory} (setting PickupDirectory): ${errno ?? messageOf(cause)}, ${advice}. ${whatIsLeft(remains)}`,
    {
      phase: 'write',
      messageId,
      cause,
      retryable: remains?.published ? 'unknown' : errno !== undefined && TRANSIENT.has(errno),
    },
  );
}

/** What can be done about a system error that kept a file from a pickup directory. */
export function writeAdvice(errno: string | undefined): string {
  return (errno === undefined ? undefined : ADVICE.get(errno)) ?? UNKNOWN_ADVICE;
}

function whatIsLeft(remains: PickupFileRemainsError | undefined): string {
  if (!remains) return NOTHING;
  const { file, published, whereabouts } = remains;
  return (published ? PUBLISHED : HIDDEN)[whereabouts](file);
}
