import { describe, expect, it } from '@jest/globals';
import type { MailSettings } from 'nest-mailroom';
import { createCertificateAuthority } from '../support/certificates.js';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';
import type { Script } from '../support/scripted-smtp-server.js';

const bench = useMailBench();
const authority = createCertificateAuthority();
const certificate = authority.issue({ hosts: ['127.0.0.1'] });

const NAME = 'web7.contoso.test';
const HELLO: Script = [{ send: '220 hi\r\n' }, { expect: `EHLO ${NAME}`, send: '250 hi\r\n' }];
const PIPELINED: Script = [
  { send: '220 hi\r\n' },
  { expect: `EHLO ${NAME}`, send: '250-hi\r\n250 PIPELINING\r\n' },
];
const MAIL = { expect: /^MAIL/, send: '250 ok\r\n' };
const RCPT = { expect: /^RCPT/, send: '250 ok\r\n' };

/** What a mail ends with that is handed to a server with this script. */
async function failure(script: Script, settings: MailSettings = {}) {
  const server = await bench.server(script);
  const app = await bench.app(
    {
      Host: server.host,
      Port: server.port,
      FromAddress: 'a@contoso.test',
      LocalDomain: NAME,
      ConnectionTimeout: 3,
      ...settings,
    },
    { smtp: { tls: { ca: authority.cert } } },
  );
  return rejection(app.mail.send({ to: 'ann@contoso.test', subject: 's', text: 'x' }));
}

const namesIt = expect.stringMatching(/web7\.contoso\.test.*LocalDomain/);

describe('A server that refuses the name', () => {
  it.each([
    [501, 'Syntactically invalid EHLO argument(s)', false],
    [550, 'Invalid HELO', false],
    [504, '5.5.2 <web7>: Helo command rejected: need fully-qualified hostname', false],
    [450, '4.7.1 <web7>: Helo command rejected: Host not found', true],
    [554, '5.7.1 No access', false],
  ])(
    'in answer to EHLO and HELO with %i is told with the name and the setting',
    async (code, text, retryable) => {
      const reply = `${code} ${text}\r\n`;
      const error = await failure([
        { send: '220 hi\r\n' },
        { expect: `EHLO ${NAME}`, send: reply },
        { expect: `HELO ${NAME}`, send: reply },
      ]);
      expect(error).toMatchObject({
        code: 'EMAILCONNECT',
        phase: 'connect',
        retryable,
        responseCode: code,
        message: namesIt,
      });
    },
  );

  it('in answer to EHLO, and closes the connection at once, is told in the same way', async () => {
    const error = await failure([
      { send: '220 hi\r\n' },
      { expect: `EHLO ${NAME}`, send: '550 5.7.1 go away\r\n' },
      { close: true },
    ]);
    expect(error).toMatchObject({ phase: 'connect', message: namesIt });
  });

  it('in answer to the EHLO under TLS only is told in the same way', async () => {
    const error = await failure(
      [
        { send: '220 hi\r\n' },
        { expect: /^EHLO/, send: '250-hi\r\n250 STARTTLS\r\n' },
        { expect: 'STARTTLS', send: '220 go\r\n' },
        { startTls: certificate },
        { expect: `EHLO ${NAME}`, send: '550 5.7.1 no such host\r\n' },
        { expect: `HELO ${NAME}`, send: '550 5.7.1 no such host\r\n' },
      ],
      { SecureSocketOption: 'StartTls' },
    );
    expect(error).toMatchObject({ code: 'EMAILCONNECT', responseCode: 550, message: namesIt });
  });

  it('by ending the connection with 421 is told with the name and the setting', async () => {
    const error = await failure([
      { send: '220 hi\r\n' },
      { expect: /^EHLO/, send: '421 4.7.0 your name is not welcome\r\n' },
      { close: true },
    ]);
    expect(error).toMatchObject({ phase: 'connect', responseCode: 421, message: namesIt });
  });

  it('by ending the connection without a word is told with the name and the setting', async () => {
    const error = await failure([{ send: '220 hi\r\n' }, { expect: /^EHLO/ }, { close: true }]);
    expect(error).toMatchObject({ phase: 'connect', retryable: true, message: namesIt });
  });

  const late: [string, number, Script][] = [
    ['MAIL', 504, [...HELLO, { expect: /^MAIL/, send: refusal(504) }]],
    ['RCPT', 504, [...HELLO, MAIL, { expect: /^RCPT/, send: refusal(504) }]],
    ['RCPT', 450, [...HELLO, MAIL, { expect: /^RCPT/, send: refusal(450) }]],
    [
      'RCPT in one packet with the rest',
      554,
      [
        ...PIPELINED,
        MAIL,
        { expect: /^RCPT/, send: refusal(554) },
        { expect: 'DATA', send: '554 5.5.1 Error: no valid recipients\r\n' },
      ],
    ],
    ['DATA', 550, [...HELLO, MAIL, RCPT, { expect: 'DATA', send: refusal(550) }]],
    [
      'the message',
      550,
      [
        ...HELLO,
        MAIL,
        RCPT,
        { expect: 'DATA', send: '354 go\r\n' },
        { expectData: true, send: refusal(550) },
      ],
    ],
  ];
  it.each(late)('as late as in answer to %s (%i) is told with both too', async (_, code, script) => {
    const error = await failure([...script, { expect: /^(?:RSET|QUIT)/, send: '250 ok\r\n' }]);
    expect(error).toMatchObject({ retryable: code < 500, message: namesIt });
  });
});

function refusal(code: number): string {
  return `${code} ${code < 500 ? '4.7.1' : '5.5.2'} <web7>: Helo command rejected: need fully-qualified hostname\r\n`;
}

describe('The setting LocalDomain is not named', () => {
  it.each<[string, Script]>([
    ['the greeting', [{ send: '554 5.7.1 no access\r\n' }, { close: true }]],
    ['the sender', [...HELLO, { expect: /^MAIL/, send: '550 5.1.8 <a@contoso.test>: no such domain\r\n' }]],
    [
      'a recipient',
      [...HELLO, MAIL, { expect: /^RCPT/, send: '550 5.1.1 <helo@contoso.test>: unknown\r\n' }],
    ],
  ])('by the refusal of %s', async (_, script) => {
    const error = await failure([...script, { expect: /^(?:RSET|QUIT)/, send: '250 ok\r\n' }]);
    expect(error).toMatchObject({ message: expect.not.stringContaining('LocalDomain') });
  });
});

describe('A bad name stops the start', () => {
  const settings = { Host: 'smtp.contoso.test', FromAddress: 'a@contoso.test' };

  it.each(['my_host', 'my host', 'https://mail.contoso.test'])('in the setting: %s', async LocalDomain => {
    expect(await rejection(bench.app({ ...settings, LocalDomain }))).toMatchObject({
      code: 'EMAILSETTINGS',
      problems: [{ key: 'LocalDomain' }],
    });
  });

  it.each(['my_host', 'my host'])('in the option: %s', async name => {
    expect(await rejection(bench.app(settings, { smtp: { name } }))).toMatchObject({
      code: 'EMAILSETTINGS',
      problems: [{ key: 'smtp.name' }],
    });
  });

  it('in the settings of a fallback', async () => {
    const fallback = { Host: 'other.contoso.test', LocalDomain: 'my_host' };
    expect(await rejection(bench.app(settings, { fallback }))).toMatchObject({
      problems: [{ key: 'fallback.LocalDomain' }],
    });
  });

  it('but not with a pickup directory, where nobody is greeted', async () => {
    const PickupDirectory = bench.folder().path;
    const app = await bench.app({
      UseSpecifiedPickupDirectory: true,
      PickupDirectory,
      LocalDomain: 'my_host',
    });
    expect(
      await app.mail.send({ subject: 's', from: 'a@contoso.test', to: 'ann@contoso.test', text: 'x' }),
    ).toMatchObject({
      status: 'written',
    });
  });
});

describe('A fallback says', () => {
  const TAKES: Script = [
    { send: '220 hi\r\n' },
    { expect: /^EHLO/, send: '250 hi\r\n' },
    MAIL,
    RCPT,
    { expect: 'DATA', send: '354 go\r\n' },
    { expectData: true, send: '250 taken\r\n' },
  ];

  it.each([
    ['its own name', { LocalDomain: 'second.contoso.test' }, 'second.contoso.test'],
    ['else that of the main settings', {}, NAME],
  ])('%s', async (_, own, name) => {
    const first = await bench.server([{ send: '421 4.3.2 closed\r\n' }, { close: true }]);
    const second = await bench.server(TAKES);
    const app = await bench.app(
      {
        Host: first.host,
        Port: first.port,
        FromAddress: 'a@contoso.test',
        LocalDomain: NAME,
        ConnectionTimeout: 1,
      },
      { fallback: { Host: second.host, Port: second.port, ...own } },
    );
    await app.mail.send({ to: 'ann@contoso.test', subject: 's', text: 'x' });
    expect(second.received()[0]).toBe(`EHLO ${name}`);
  });
});
