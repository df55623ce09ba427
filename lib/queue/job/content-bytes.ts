import type { ComposedMail } from '../../core/mime/composed-mail.js';
import type { MailHead } from './mail-head.js';
import { readMailHead } from './mail-head.js';
import { QueuedMail } from './queued-mail.js';
import { UnreadableJobError } from './unreadable-job-error.js';

/** Octets of the number that says how long the head is. */
const LENGTH = 4;

/**
 * Envelope and message of a mail as one piece, to be sealed: the length of a head in JSON in four octets, the head, and the
 * octets of the message as they are.
 *
 * @param bytes those of the mail
 */
export function encodeContent(mail: ComposedMail, bytes: Buffer): Buffer {
  const head = Buffer.from(JSON.stringify(headOf(mail)));
  const length = Buffer.alloc(LENGTH);
  length.writeUInt32BE(head.length);
  return Buffer.concat([length, head, bytes]);
}

/**
 * Reads what {@link encodeContent} has made. Everything is checked: where a queue has no keys, somebody may have edited it.
 *
 * @throws UnreadableJobError `damaged`
 */
export function decodeContent(encoded: Buffer): QueuedMail {
  if (encoded.length < LENGTH) throw damaged('is too short');
  const end = LENGTH + encoded.readUInt32BE(0);
  if (end > encoded.length) throw damaged('ends within its head');
  const bytes = encoded.subarray(end);
  if (bytes.length === 0) throw damaged('has no message');
  const head = readMailHead(parsed(encoded.subarray(LENGTH, end)), bytes.length);
  return new QueuedMail(head, bytes);
}

function headOf(mail: ComposedMail): MailHead {
  const { envelope, asciiHead, secrets, bcc, headerSender, template, culture } = mail;
  return {
    envelope: {
      from: envelope.from,
      to: envelope.to,
      ...(envelope.dsn && { dsn: envelope.dsn }),
    },
    messageId: mail.messageId,
    ...(template !== undefined && { template }),
    ...(culture !== undefined && { culture }),
    ...(bcc && { bcc }),
    ...(headerSender !== undefined && { headerSender }),
    ...(mail.eightBit && { eightBit: true }),
    ...(mail.utf8Header && { utf8Header: true }),
    ...(mail.partial && { partial: true }),
    ...(asciiHead && {
      asciiHead: { bytes: asciiHead.bytes.toString('base64'), replaces: asciiHead.replaces },
    }),
    ...(secrets && secrets.length > 0 && { secrets }),
  };
}

function parsed(head: Buffer): unknown {
  try {
    return JSON.parse(head.toString());
  } catch {
    // Not the cause: the words of JSON.parse quote what it has read.
    throw damaged('has a head that is no JSON');
  }
}

function damaged(what: string): UnreadableJobError {
  return new UnreadableJobError('damaged', `Its content ${what}; it cannot be sent`);
}
