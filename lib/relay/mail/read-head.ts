import type { MailHeader } from '../../core/delivery/pickup/mail-header.js';
import { readMailHeader } from '../../core/delivery/pickup/mail-header.js';
import { envelopeLinesEnd } from '../../core/delivery/pickup/pickup-envelope.js';
import { UnreadableMailError } from '../../core/delivery/pickup/unreadable-mail-error.js';
import type { OpenFile } from '../spool/open-file.js';

const MIB = 1024 * 1024;
/** Octets of a file that are read first: whole small files, and of a large one what most headers fit into. */
const WHOLE = MIB;
const FIRST_READ = 64 * 1024;
/** Octets up to which a header is read, without the lines before it that say the envelope. */
const LARGEST_HEADER = MIB;
/** Octets up to which it is read with them: a recipient has at most 254, and most have far fewer. */
const LARGEST_HEAD = 16 * MIB;

/** The beginning of a file, with its header. */
export interface MailHead {
  readonly bytes: Buffer;
  readonly header: MailHeader;
}

/**
 * Reads a file up to the end of its header.
 *
 * @param size octets of the file
 * @throws {@link UnreadableMailError} when it is no mail, or its header is too large
 */
export async function readHead(file: OpenFile, size: number): Promise<MailHead> {
  for (let wanted = size <= WHOLE ? WHOLE : FIRST_READ; ; wanted *= 4) {
    const bytes = await readUpTo(file, Math.min(wanted, size));
    const header = readMailHeader(bytes, bytes.length >= size || bytes.length < wanted);
    const end = header?.end ?? bytes.length;
    if (end > LARGEST_HEADER && end - envelopeLinesEnd(bytes) > LARGEST_HEADER)
      throw new UnreadableMailError('It is no mail: its header does not end within 1 MiB.');
    if (header) return { bytes, header };
    if (wanted >= LARGEST_HEAD) throw new UnreadableMailError('Its X-Receiver lines are larger than 16 MiB.');
  }
}

async function readUpTo(file: OpenFile, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
