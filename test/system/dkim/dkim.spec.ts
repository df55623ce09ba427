import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { MailMessage } from '../../../lib/core/message/mail-message.js';
import type { MailApp } from '../../support/mail-app.js';
import { startMailApp } from '../../support/mail-app.js';
import { eventually } from '../postfix/eventually.js';
import { PrivatePostfix } from '../postfix/private-postfix.js';
import type { RelayApp } from '../postfix/relay-app.js';
import { startRelayApp } from '../postfix/relay-app.js';
import { RelayFolder } from '../postfix/relay-folder.js';
import { DkimVerifiers } from './dkim-verifiers.js';
import type { SigningKey } from './signing-key.js';
import { createSigningKey, SIGNING_DOMAIN } from './signing-key.js';

const RSA = createSigningKey('RSA');
const ED25519 = createSigningKey('Ed25519');
const KEYS = [
  ['an RSA key', [RSA]],
  ['an Ed25519 key', [ED25519]],
  ['both keys', [RSA, ED25519]],
] as const;

/** Names of mails, and how to make them: streams can be read once only. */
const MAILS: readonly (readonly [name: string, make: () => MailMessage])[] = [
  ['text alone', () => ({ subject: 'Hello', text: 'Hello Ann\n\nBye\n' })],
  [
    'HTML with attachments',
    () => ({
      subject: 'Réinitialisation — пароль 🔑 '.repeat(12),
      text: 'à bientôt',
      html: '<p>à bientôt</p>',
      cc: 'Jürgen Müller <juergen@contoso.test>',
      replyTo: 'Support <support@contoso.test>',
      attachments: [
        { filename: 'données.bin', content: Buffer.alloc(100_000, 'binary \0\r\n') },
        { filename: 'notes.txt', content: '.\n..\nFrom here\n \n\t\n', contentType: 'text/plain' },
      ],
    }),
  ],
  [
    'lines of 10,000 characters',
    () => ({ subject: 'x'.repeat(10_000), text: `${'y'.repeat(10_000)}\n`.repeat(3) }),
  ],
  [
    'blanks at line ends and empty lines at its end',
    () => ({ subject: ' a  b ', text: 'one  \n\ttwo\t \n\n\n\n' }),
  ],
  [
    'an empty attachment alone',
    () => ({ subject: 'Nothing', attachments: [{ filename: 'empty.txt', content: '' }] }),
  ],
  [
    'an attachment out of a stream of 6 MB',
    () => ({
      subject: 'Streamed',
      text: 'see below',
      attachments: [{ filename: 'large.bin', content: Readable.from(chunks(), { objectMode: false }) }],
    }),
  ],
  [
    'header fields that stand twice, and a one-click unsubscription',
    () => ({
      subject: 'News',
      text: 'news',
      headers: {
        'List-Unsubscribe': '<https://contoso.test/u?id=1>, <mailto:leave@contoso.test>',
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
        'Auto-Submitted': 'auto-generated',
        'X-Note': ['one', 'two', 'three'],
        Comments: ['first', 'second'],
      },
    }),
  ],
];

let postfix: PrivatePostfix;
let verifiers: DkimVerifiers;
let app: MailApp | RelayApp | undefined;
let folder: RelayFolder | undefined;
beforeAll(async () => {
  verifiers = await DkimVerifiers.create([RSA, ED25519]);
});
afterEach(async () => {
  await app?.close();
  app = undefined;
  folder?.remove();
  folder = undefined;
});
afterAll(() => {
  verifiers?.remove();
});

/** One Postfix for the tests of a group, so that its Maildir, which each of them reads, stays small. */
function startsPostfix(): void {
  beforeAll(async () => {
    postfix = await PrivatePostfix.start();
  });
  afterAll(async () => {
    await postfix?.stop();
  });
}

function* chunks(): Generator<Buffer> {
  for (let index = 0; index < 96; index++) yield Buffer.alloc(65_536, `chunk ${index} \r\n.\r\n`);
}

const dkim = (keys: readonly SigningKey[]): unknown[] =>
  keys.map(({ selector, privateKey }) => ({
    Domain: SIGNING_DOMAIN,
    Selector: selector,
    PrivateKey: privateKey,
  }));

/** What a copy in the Maildir of Postfix was when it came. */
async function delivered(marker: string): Promise<Buffer> {
  await postfix.idle();
  const copies = (await postfix.mails()).filter(({ raw }) => raw.includes(marker));
  const [copy] = copies;
  if (copy === undefined) throw new Error(`There is no copy of ${marker}.`);
  return copy.content;
}

async function sent(keys: readonly SigningKey[], message: MailMessage): Promise<Buffer> {
  const started = await startMailApp({
    Host: postfix.host,
    Port: postfix.ports.plain,
    FromAddress: 'No Reply <no-reply@contoso.test>',
    ...(keys.length === 0 ? {} : { Dkim: dkim(keys) }),
  });
  app = started;
  const { messageId } = await started.mail.send({ to: 'Ann Lee <ann@contoso.test>', ...message });
  return delivered(messageId);
}

async function relayed(keys: readonly SigningKey[], name: string, lines: readonly string[]): Promise<Buffer> {
  const filled = new RelayFolder(postfix, 'plain', 'None', { Dkim: dkim(keys) });
  folder = filled;
  const messageId = `<relayed-${name}-${keys.map(({ selector }) => selector).join('-')}@contoso.test>`;
  const file = [
    'X-Sender: no-reply@contoso.test',
    'X-Receiver: ann@contoso.test',
    'From: no-reply@contoso.test',
    `Message-ID: ${messageId}`,
    ...lines,
  ].join('\r\n');
  await filled.put([['mail.eml', Buffer.from(file, 'latin1')]]);
  app = await startRelayApp(filled);
  await eventually('the folder is empty', () => [...filled.waiting(), ...filled.claimed()].length === 0);
  expect(filled.bad()).toEqual([]);
  return delivered(messageId);
}

/** Says in one value that both verifiers find so many signatures good. */
const good = (count: number) => ({
  openDkim: Array.from({ length: count }, () => 'pass'),
  dkimpy: Array.from({ length: count }, () => true),
});

describe.each(KEYS)('A mail signed with %s', (_, keys) => {
  startsPostfix();

  it.each(MAILS)(
    'of %s is good for OpenDKIM and dkimpy when it arrives from the module',
    async (_name, make) => {
      expect(await verifiers.verify(await sent(keys, make()))).toEqual(good(keys.length));
    },
  );

  it.each([
    [
      'eight-bit',
      [
        'Content-Type: text/plain; charset=iso-8859-1',
        'Content-Transfer-Encoding: 8bit',
        '',
        'à bientôt é',
        '',
      ],
    ],
    ['no-body', ['Subject: only a header section', '', '']],
    ['no-line-end', ['Subject: the last line has no end', '', 'one', 'two']],
    [
      'folded',
      [
        'Subject: folded',
        ' and',
        '\tfolded again',
        'To: ann@contoso.test,',
        ' bob@contoso.test',
        '',
        ' . ',
        '..',
        '.',
        '',
      ],
    ],
    [
      'twice',
      [
        'Received: from a by b; Mon, 2 Nov 2026 10:00:00 +0000',
        'Comments: one',
        'Comments: two',
        '',
        'x',
        '',
      ],
    ],
    [
      'large',
      [
        '',
        ...Array.from({ length: 90_000 }, (_line, index) => `.${index} é ${' x'.repeat(index % 30)} `),
        '',
      ],
    ],
  ] as const)('(%s) is good for OpenDKIM and dkimpy when it arrives from the relay', async (name, lines) => {
    expect(await verifiers.verify(await relayed(keys, name, lines))).toEqual(good(keys.length));
  });

  it('is good no longer when a field is added that must not be, or when its body is changed', async () => {
    const mail = await sent(keys, {
      subject: 'Hello',
      text: 'The amount is 100',
      replyTo: 'support@contoso.test',
    });
    const text = mail.toString('latin1');
    const changed: Record<string, string> = { body: text.replace('The amount is 100', 'The amount is 900') };
    for (const field of [
      'From: eve@example.com',
      'To: eve@example.com',
      'Cc: eve@example.com',
      'Subject: Another subject',
      'Date: Mon, 02 Nov 2026 10:00:00 +0000',
      'Reply-To: eve@example.com',
      'Content-Type: text/html',
      'MIME-Version: 1.0',
      'Message-ID: <another@example.com>',
    ])
      changed[field] = `${field}\r\n${text}`;
    for (const [what, forged] of Object.entries(changed)) {
      expect(forged).not.toBe(text);
      const { openDkim, dkimpy } = await verifiers.verify(Buffer.from(forged, 'latin1'));
      expect({
        what,
        openDkim: openDkim.includes('pass'),
        dkimpy: dkimpy.includes(true),
        count: dkimpy.length,
      }).toEqual({
        what,
        openDkim: false,
        dkimpy: false,
        count: keys.length,
      });
    }
    // A field that nobody signs may be added on the way.
    expect(await verifiers.verify(Buffer.from(`X-Scanned: yes\r\n${text}`, 'latin1'))).toEqual(
      good(keys.length),
    );
  });
});

describe('A mail that is not signed', () => {
  startsPostfix();

  it('has no signature for OpenDKIM and dkimpy, which shows that they look', async () => {
    expect(await verifiers.verify(await sent([], { subject: 'Unsigned', text: 'x' }))).toMatchObject({
      dkimpy: [],
    });
  });
});
