import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { MailMessageError } from '../../../lib/core/errors/mail-message-error.js';
import type { MailAttachment } from '../../../lib/core/message/mail-message.js';
import type { ComposedMail } from '../../../lib/core/mime/composed-mail.js';
import type { ComposedMessage } from './composing.js';
import { compose } from './composing.js';
import type { GeneratedAttachment, GeneratedMail } from './mail-arbitraries.js';
import { cutAt } from './octet-arbitraries.js';

/** How the contents of attachments are handed over. */
export type Handing = (attachment: GeneratedAttachment) => Pick<MailAttachment, 'content' | 'path'>;

/** All in memory. */
export const inMemory: Handing = ({ content }) => ({ content });

/** As streams whose chunks are cut anywhere; some of these streams know only octets, and no empty chunks. */
export const asStreams: Handing = ({ content, cuts }) => {
  const chunks = cutAt(content, cuts);
  const ofOctets = cuts.length % 2 === 1;
  return {
    content: ofOctets
      ? Readable.from(
          chunks.filter(chunk => chunk.length > 0),
          { objectMode: false },
        )
      : Readable.from(chunks),
  };
};

/** The message of an application that says all this. */
export function messageOf(mail: GeneratedMail, hand: Handing): ComposedMessage {
  const {
    from,
    sender,
    replyTo,
    to,
    cc,
    bcc,
    attachments,
    automatic: _a,
    original: _o,
    date: _d,
    boundary: _b,
    ...rest
  } = mail;
  return {
    ...rest,
    from: from.map(item => item.written),
    ...(sender && { sender: sender.written }),
    replyTo: replyTo.map(item => item.written),
    to: to.map(item => item.written),
    cc: cc.map(item => item.written),
    bcc: bcc.map(item => item.written),
    attachments: attachments.map(({ content, cuts, ...description }) => {
      const handed = hand({ content, cuts, ...description });
      return handed.path === undefined
        ? { ...description, content: handed.content ?? content }
        : { ...description, path: handed.path };
    }),
  };
}

/** Composes it with everything fixed that is otherwise chosen by chance. */
export function composeGenerated(mail: GeneratedMail, hand: Handing): Promise<ComposedMail> {
  const { automatic, original, date, boundary } = mail;
  return compose(messageOf(mail, hand), {
    automatic,
    date,
    boundary,
    ...(original && {
      original: {
        to: original.to.map(item => item.mailbox),
        cc: original.cc.map(item => item.mailbox),
      },
    }),
  });
}

/** One way of composing a message and reading what became of it. */
export interface GeneratedPath {
  readonly path: string;
  /** Each way gets messages of its own. */
  readonly series: number;
  octetsOf(mail: GeneratedMail): Promise<Buffer>;
}

/** In memory, and as a stream of attachments that are streams themselves. */
export const GENERATED_PATHS: readonly GeneratedPath[] = [
  { path: 'in memory', series: 2, octetsOf: async mail => (await composeGenerated(mail, inMemory)).bytes() },
  {
    path: 'as a stream',
    series: 3,
    octetsOf: async mail => buffer((await composeGenerated(mail, asStreams)).stream()),
  },
];

/**
 * The octets of a mail, or the words in which it is refused. A header of its own may be too long to be folded; nothing
 * else is a reason.
 */
export async function outcomeOf(mail: GeneratedMail, octets: Promise<Buffer>): Promise<Buffer | string> {
  try {
    return await octets;
  } catch (error) {
    const unfoldable = Object.values(mail.headers)
      .flat()
      .some(value => /\S{990}/.test(value));
    if (error instanceof MailMessageError && error.code === 'EMAILHEADER' && unfoldable)
      return `${error.code} ${error.field}`;
    throw error;
  }
}
