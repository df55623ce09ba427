import { isAscii } from 'node:buffer';
import { buffer } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { ComposedMail } from '../../../lib/core/mime/composed-mail.js';
import { assertWellFormedMail, headerLines } from '../../support/eml.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { corpusOf, corpusTime } from './corpus-size.js';
import { decodeWords } from './encoded-words.js';
import type { Handing } from './generated-mail.js';
import { asStreams, composeGenerated, GENERATED_PATHS, inMemory, outcomeOf } from './generated-mail.js';
import type { GeneratedMail } from './mail-arbitraries.js';
import { attachments, mails } from './mail-arbitraries.js';
import type { MailView } from './mail-view.js';
import { headersAskedFor, putInto, viewOf } from './mail-view.js';
import { asNodemailerCan, composeWithNodemailer } from './nodemailer-reference.js';
import { largeOctets } from './octet-arbitraries.js';

// The corpus is generated from a fixed seed. `MAIL_CORPUS_RUNS=20000 npm run test:jest -- test/message/compose-differential`
// takes twenty times as many messages from a random seed, `MAIL_CORPUS_SEED=<number>` from this one; a failure says which
// it was. See corpus-size.ts.

/** Where two mails differ first, with what stands there in each; undefined when they are the same. */
function firstDifference(one: Buffer | string, other: Buffer | string): object | undefined {
  if (typeof one === 'string' || typeof other === 'string') return one === other ? undefined : { one, other };
  if (one.equals(other)) return undefined;
  let at = 0;
  while (one[at] === other[at]) at++;
  const around = (octets: Buffer): string =>
    octets.subarray(Math.max(at - 60, 0), at + 60).toString('latin1');
  return { at, lengths: [one.length, other.length], one: around(one), other: around(other) };
}

/**
 * Expects what `toEqual` does. Thousands of cases are compared: Jest looks at each octet of a buffer as at a property, and
 * is asked only for what it shows of a difference.
 */
function expectEqual(one: unknown, other: unknown): void {
  if (!isDeepStrictEqual(one, other)) expect(one).toEqual(other);
}

/** Expects the same mail, or the same words of a refusal. */
function expectSameOutcome(one: Buffer | string, other: Buffer | string): void {
  const difference = firstDifference(one, other);
  if (difference) expect(difference).toBeUndefined();
}

/** Compared without printing megabytes of what differs. */
function expectSame(view: MailView, put: MailView): void {
  const summary = ({ attachments: list, ...rest }: MailView): object => ({
    ...rest,
    attachments: list.map(({ content, ...item }) => ({ ...item, size: content.length })),
  });
  expectEqual(summary(view), summary(put));
  for (const [index, { content }] of put.attachments.entries())
    expectSameOutcome(view.attachments[index]?.content ?? '', content);
}

/** The headers that the message asks for, in order, with the values that it gives, and no other. */
function expectAskedHeaders(octets: Buffer, mail: GeneratedMail): void {
  const asked = headersAskedFor(mail);
  const found = headerLines(octets).filter(({ name }) => name !== 'Content-Transfer-Encoding');
  expectEqual(
    found.map(({ name }) => name),
    asked.map(([name]) => name),
  );
  const given = asked.map(([, value]) => value);
  expectEqual(
    found.map(({ value }, index) => (given[index] === undefined ? undefined : decodeWords(value))),
    given,
  );
}

/**
 * Leaves out what a reader shows otherwise than it was put in: an inline text belongs to the body, a calendar is shown
 * with new line ends, and a type that was not given is guessed from the name.
 */
function asReadersTellApart(mail: GeneratedMail): GeneratedMail {
  return {
    ...mail,
    attachments: mail.attachments.map(({ contentType = 'application/x-none', ...item }) => {
      const shown = /^text\/(?:plain|html)/i.test(contentType) && item.cid !== undefined;
      return { ...item, contentType: shown || contentType.includes('calendar') ? 'text/csv' : contentType };
    }),
  };
}

describe('a message', () => {
  it(
    'is octet for octet the same mail however it is composed and read, or refused in the same words',
    async () => {
      await fc.assert(
        fc.asyncProperty(mails(), async mail => {
          const composed = composeGenerated(mail, inMemory);
          const whole = await outcomeOf(
            mail,
            composed.then(ready => ready.bytes()),
          );
          const again = composed.then(ready => buffer(ready.stream()));
          expectSameOutcome(whole, await outcomeOf(mail, again));
          const read: ((ready: ComposedMail) => Promise<Buffer>)[] = [
            ready => buffer(ready.stream()),
            ready => ready.bytes(),
          ];
          for (const octetsOf of read) {
            const streamed = composeGenerated(mail, asStreams).then(octetsOf);
            expectSameOutcome(whole, await outcomeOf(mail, streamed));
          }
        }),
        corpusOf(1000),
      );
    },
    corpusTime(),
  );

  it(
    'with files too large to be read ahead is octet for octet the same mail, of the size that it says',
    async () => {
      const directory = temporaryDirectory();
      let files = 0;
      const asFiles: Handing = ({ content }) => ({ path: directory.write(`${++files}.bin`, content) });
      try {
        await fc.assert(
          fc.asyncProperty(mails(attachments(largeOctets())), async mail => {
            const named = {
              ...mail,
              attachments: mail.attachments.map(item => ({ filename: 'a.bin', ...item })),
            };
            const whole = await outcomeOf(
              named,
              composeGenerated(named, inMemory).then(ready => ready.bytes()),
            );
            const streamed = await outcomeOf(
              named,
              composeGenerated(named, asFiles).then(async ready => {
                expectEqual([ready.size, ready.spent], [whole.length, false]);
                return buffer(ready.stream());
              }),
            );
            expectSameOutcome(whole, streamed);
          }),
          corpusOf(20),
        );
      } finally {
        directory.remove();
      }
      expect(files).toBeGreaterThan(0);
    },
    corpusTime(),
  );
});

describe('a message that names addresses beyond ASCII', () => {
  it(
    'has a header of ASCII to stand in for its own, with all that was asked for, whatever its path',
    async () => {
      let beyond = 0;
      await fc.assert(
        fc.asyncProperty(mails(), async mail => {
          const composed = composeGenerated(mail, inMemory);
          const octets = await outcomeOf(
            mail,
            composed.then(ready => ready.bytes()),
          );
          if (typeof octets === 'string') return;
          const { asciiHead } = await composed;
          const streamed = await composeGenerated(mail, asStreams);
          expectEqual(streamed.asciiHead, asciiHead);
          const seen = asciiHead
            ? Buffer.concat([asciiHead.bytes, octets.subarray(asciiHead.replaces)])
            : octets;
          expect(isAscii(seen)).toBe(true);
          assertWellFormedMail(seen);
          expectAskedHeaders(seen, mail);
          if (asciiHead) beyond++;
        }),
        corpusOf(250, 1),
      );
      expect(beyond).toBeGreaterThan(0);
    },
    corpusTime(),
  );
});

describe.each(GENERATED_PATHS)('a message composed $path', ({ octetsOf, series }) => {
  it(
    'keeps the rules of lines, has no header but those that were asked for, and gives its reader what was put in',
    async () => {
      await fc.assert(
        fc.asyncProperty(mails().map(asReadersTellApart), async mail => {
          const octets = await outcomeOf(mail, octetsOf(mail));
          if (typeof octets === 'string') return;
          assertWellFormedMail(octets);
          expectAskedHeaders(octets, mail);
          const put = putInto(mail);
          expectSame(await viewOf(octets, put), put);
        }),
        corpusOf(500, series),
      );
    },
    corpusTime(),
  );
});

describe('a message that nodemailer composes right', () => {
  it(
    'reads the same as it does from nodemailer’s own composer',
    async () => {
      await fc.assert(
        fc.asyncProperty(mails().map(asReadersTellApart).map(asNodemailerCan), async mail => {
          const put = putInto(mail);
          const ours = await outcomeOf(
            mail,
            composeGenerated(mail, asStreams).then(ready => ready.bytes()),
          );
          if (typeof ours === 'string') return;
          expectSame(await viewOf(ours, put), await viewOf(await composeWithNodemailer(mail), put));
        }),
        corpusOf(400, 4),
      );
    },
    corpusTime(),
  );
});
