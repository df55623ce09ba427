import { describe, expect, it } from '@jest/globals';
import type { SmtpOptions } from 'nest-mailroom';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';
import type { Script } from '../support/scripted-smtp-server.js';
import { MAILBOX, useTokenBench } from '../support/token-bench.js';
import type { TokenCircumstances } from '../support/token-bench.js';

const tokens = useTokenBench();
const bench = useMailBench();

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const xoauth2 = (user: string, token: string): string =>
  base64(`user=${user}\u0001auth=Bearer ${token}\u0001\u0001`);
const MAIL: Script = [
  { expect: /^MAIL/, send: '250 ok\r\n' },
  { expect: /^RCPT/, send: '250 ok\r\n' },
  { expect: 'DATA', send: '354 go\r\n' },
  { expectData: true, send: '250 taken\r\n' },
];

/** A server that follows a script after EHLO, in clear as the administrator wrote None. */
async function scripted(
  offered: string,
  further: Script,
  { token = 'tok', user = MAILBOX, ...more }: { token?: string; user?: string; settings?: object } = {},
) {
  const server = await bench.server([
    { send: '220 hi\r\n' },
    { expect: /^EHLO/, send: `250-hi\r\n250 AUTH ${offered}\r\n` },
    ...further,
  ]);
  let asked = 0;
  const accessToken = async (): Promise<string> => {
    asked++;
    return token;
  };
  const smtp: SmtpOptions = { auth: { accessToken } };
  const app = await bench.app(
    {
      Host: server.host,
      Port: server.port,
      FromAddress: MAILBOX,
      Username: user,
      SecureSocketOption: 'None',
      ConnectionTimeout: 2,
      ...more.settings,
    },
    { smtp },
  );
  const send = () => app.mail.send({ subject: 's', to: 'ann@contoso.test', text: 'Hello' });
  return { server, send, asked: () => asked };
}

describe('What hands a token over', () => {
  it('is XOAUTH2, octet for octet, where the server offers both', async () => {
    const { send } = await scripted('OAUTHBEARER XOAUTH2', [
      { expect: `AUTH XOAUTH2 ${xoauth2(MAILBOX, 'tok')}`, send: '235 ok\r\n' },
      ...MAIL,
    ]);
    expect(await send()).toMatchObject({ status: 'accepted' });
  });

  it.each([
    [MAILBOX, MAILBOX],
    ['a,b=c@contoso.test', 'a=2Cb=3Dc@contoso.test'],
    ['=2C@contoso.test', '=3D2C@contoso.test'],
    ['jörg@contoso.test', 'jörg@contoso.test'],
  ])('is OAUTHBEARER with the name in its header escaped (%s)', async (user, name) => {
    const mail = await scripted('PLAIN OAUTHBEARER', [{ expect: /^AUTH/, send: '235 ok\r\n' }, ...MAIL], {
      user,
    });
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
    const line = mail.server.received().find(text => text.startsWith('AUTH')) ?? '';
    const [, mechanism, encoded = ''] = line.split(' ');
    expect(mechanism).toBe('OAUTHBEARER');
    const response = Buffer.from(encoded, 'base64').toString();
    const { host, port } = mail.server;
    expect(response).toBe(
      `n,a=${name},\u0001host=${host}\u0001port=${port}\u0001auth=Bearer tok\u0001\u0001`,
    );
    // Without line breaks and without another alphabet.
    expect(encoded).toBe(base64(response));
  });

  it('is XOAUTH2 with the name in UTF-8 as it is', async () => {
    const { send } = await scripted(
      'XOAUTH2',
      [{ expect: `AUTH XOAUTH2 ${xoauth2('a,jörg=x@contoso.test', 'tok')}`, send: '235 ok\r\n' }, ...MAIL],
      { user: 'a,jörg=x@contoso.test' },
    );
    expect(await send()).toMatchObject({ status: 'accepted' });
  });

  it.each([
    ['in small letters', 'xoauth2', 'XOAUTH2'],
    ['among others', 'LOGIN NTLM XOAUTH2 PLAIN', 'XOAUTH2'],
    ['in the old form', '=XOAUTH2', 'XOAUTH2'],
    ['as the only one', 'oauthbearer', 'OAUTHBEARER'],
  ])('is what the server offers %s', async (_, offered, mechanism) => {
    const mail = await tokens.start(
      offered.startsWith('=') ? { server: { extensions: [`AUTH${offered}`] } } : { offered },
    );
    await mail.send();
    expect(mail.gate.logins).toMatchObject([{ mechanism }]);
  });

  it.each(['XOAUTH2', 'OAUTHBEARER', 'oauthbearer'])('is the setting Mechanism (%s)', async Mechanism => {
    const mail = await tokens.start({ oAuth2: { Mechanism } });
    await mail.send();
    expect(mail.gate.logins).toMatchObject([{ mechanism: Mechanism.toUpperCase() }]);
  });

  it('is nothing else than the setting Mechanism after 504', async () => {
    const mail = await tokens.start({
      oAuth2: { Mechanism: 'XOAUTH2' },
      gate: { mechanism: name => (name === 'XOAUTH2' ? '504 5.5.4 not this one' : undefined) },
    });
    expect(await rejection(mail.send())).toMatchObject({ code: 'EMAILAUTH', responseCode: 504 });
    expect(mail.server.commands('AUTH').filter(line => line.includes('OAUTHBEARER'))).toEqual([]);
  });

  it('is never a password mechanism', async () => {
    const mail = await tokens.start({
      offered: 'PLAIN LOGIN XOAUTH2',
      gate: { mechanism: () => '504 5.5.4 not this one' },
    });
    expect(await rejection(mail.send())).toMatchObject({ code: 'EMAILAUTH', retryable: false });
    expect(mail.server.commands('AUTH').filter(line => !line.includes('XOAUTH2'))).toEqual([]);
  });
});

describe('A mailbox that no mechanism can name', () => {
  it.each([
    ['a character that parts fields', `a\u0001auth=Bearer x@contoso.test`],
    ['a line end', 'a\r\nb@contoso.test'],
    ['an invisible character', 'a\u200bb@contoso.test'],
    ['a mark of direction', 'a\u202eb@contoso.test'],
  ])('(it has %s) is a problem at start', async (_, Username) => {
    const error = await rejection(tokens.start({ settings: { Username } }));
    expect(error).toMatchObject({ name: 'MailSettingsError', problems: [{ key: 'Username' }] });
  });
});

describe('A server that offers no mechanism for tokens', () => {
  it.each([
    ['PLAIN LOGIN', /PLAIN, LOGIN/],
    ['GSSAPI NTLM', /GSSAPI, NTLM/],
    ['', /no (?:authentication|login|AUTH)/i],
  ])('(it offers %j) gets none, none is asked for, and the error says so', async (offered, told) => {
    for (const tls of ['implicit', 'starttls', 'none'] as const) {
      const mail = await tokens.start({ offered, tls });
      for (const error of [await rejection(mail.send()), await rejection(mail.app.mail.verify())])
        expect(error).toMatchObject({
          code: 'EMAILAUTH',
          phase: 'auth',
          retryable: false,
          message: expect.stringMatching(told),
        });
      expect(mail.endpoint.requests).toHaveLength(0);
      expect(mail.server.commands('AUTH')).toEqual([]);
      expect(mail.server.commands('MAIL')).toEqual([]);
    }
  });
});

describe('After a mechanism that the server does not take', () => {
  it.each([
    '504 5.5.4 Unrecognized authentication type',
    '534 5.7.9 mechanism too weak',
    '534-5.7.9 not\r\n534 5.7.9 this',
  ])('the other one is tried on the same connection with the same token (%j)', async reply => {
    const mail = await tokens.start({
      gate: { mechanism: name => (name === 'XOAUTH2' ? reply : undefined) },
    });
    await mail.send();
    expect(mail.gate.logins).toMatchObject([{ mechanism: 'OAUTHBEARER', connection: 0 }]);
    expect(mail.server.connections).toBe(1);
    expect(mail.endpoint.requests).toHaveLength(1);
  });

  it('a token that the other one refuses is replaced once', async () => {
    const tried = new Set<string>();
    const mail = await tokens.start({
      gate: {
        mechanism: name => (name === 'XOAUTH2' ? '504 5.5.4 no' : undefined),
        accepts: token => tried.has('seen') || (tried.add('seen'), token === ''),
      },
    });
    await mail.send();
    expect(mail.endpoint.requests).toHaveLength(2);
    expect(mail.server.connections).toBe(1);
    expect(mail.gate.tokens).toEqual(mail.endpoint.tokens);
  });

  it('the error tells what each got when none is left, and the token is not replaced', async () => {
    const mail = await tokens.start({
      gate: { mechanism: name => (name === 'XOAUTH2' ? '504 5.5.4 no' : '534 5.7.9 nor this') },
    });
    expect(await rejection(mail.send())).toMatchObject({
      code: 'EMAILAUTH',
      phase: 'auth',
      retryable: false,
      message: expect.stringMatching(/XOAUTH2 \(504 5\.5\.4 no\), OAUTHBEARER \(534 5\.7\.9 nor this\)/),
    });
    expect(mail.endpoint.requests).toHaveLength(1);
  });

  it.each(['challenge', 'at-once'] as const)('but not after 535 (%s)', async refusal => {
    const mail = await tokens.start({ gate: { accepts: () => false, refusal } });
    await rejection(mail.send());
    expect(mail.gate.logins.map(({ mechanism }) => mechanism)).toEqual(['XOAUTH2', 'XOAUTH2']);
  });
});

describe('A token that is long', () => {
  const commands = (lines: string[]): string[] => lines.filter(line => /^[A-Z]{4}/.test(line));

  it.each(['XOAUTH2', 'OAUTHBEARER'])('follows AUTH %s in a line of its own', async mechanism => {
    const mail = await tokens.start({
      offered: mechanism,
      endpoint: { audience: `https://${'x'.repeat(1200)}` },
    });
    await mail.send();
    expect(mail.gate.logins).toMatchObject([{ mechanism, initial: false, accepted: true }]);
    expect(mail.server.visits[0]?.lines).toContain(`AUTH ${mechanism}`);
    expect(commands(mail.server.visits[0]?.lines ?? []).filter(line => line.length > 510)).toEqual([]);
  });

  it('does so from 512 octets with the line end on', async () => {
    // 3 octets become 4 characters.
    const fixed = `user=${MAILBOX}\u0001auth=Bearer \u0001\u0001`.length;
    for (const octets of [367, 370, 371, 372, 373, 376]) {
      const token = 't'.repeat(octets - fixed);
      const whole = `AUTH XOAUTH2 ${xoauth2(MAILBOX, token)}`;
      const mail = await tokens.start({
        oAuth2: null,
        smtp: { auth: { accessToken: async () => token } },
        gate: { accepts: tried => tried === token },
      });
      await mail.send();
      expect(mail.gate.logins).toMatchObject([{ initial: whole.length + 2 <= 512 }]);
    }
  });

  it('and does not fit in any line is an error, and nothing of it is sent', async () => {
    const token = 't'.repeat(20_000);
    const mail = await tokens.start({ oAuth2: null, smtp: { auth: { accessToken: async () => token } } });
    expect(await rejection(mail.send())).toMatchObject({
      code: 'EMAILAUTH',
      phase: 'auth',
      retryable: false,
      message: expect.not.stringContaining('tttttttttt'),
    });
    expect(mail.gate.logins).toEqual([]);
    expect(mail.server.visits.flatMap(({ lines }) => lines).filter(line => line.includes('dHR0'))).toEqual(
      [],
    );
  });

  it('is replaced in a line of its own, too', async () => {
    const good = new Set<string>();
    const mail = await tokens.start({
      endpoint: { audience: `https://${'x'.repeat(1200)}` },
      gate: { accepts: token => good.has('one') || (good.add('one'), token === '') },
    });
    await mail.send();
    expect(mail.gate.logins).toMatchObject([
      { initial: false, accepted: false, acknowledged: '' },
      { initial: false, accepted: true, connection: 0 },
    ]);
  });
});

describe('A server that asks without an end', () => {
  const challenges = (count: number): Script =>
    Array.from({ length: count }, () => ({ expect: /^/, send: `334 ${base64('{"status":"400"}')}\r\n` }));

  it.each(['XOAUTH2', 'OAUTHBEARER'])('is left (%s), soon and with an error', async mechanism => {
    const { server, send, asked } = await scripted(mechanism, challenges(200));
    const error = await rejection(send());
    expect(error).toMatchObject({ code: expect.stringMatching(/^EMAIL(?:AUTH|CONNECT)$/), phase: 'auth' });
    expect(server.received().length).toBeLessThan(20);
    expect(asked()).toBeLessThanOrEqual(2);
  });

  it.each(['334 %%%not-base64%%%\r\n', '334\r\n', '334-a\r\n334 b\r\n'])(
    'in a form that nobody knows is refused with an error (%j)',
    async challenge => {
      const { server, send } = await scripted('XOAUTH2', [
        { expect: /^AUTH/, send: challenge },
        { expect: /^/, send: '535 5.7.8 no\r\n' },
        { expect: /^AUTH/, send: challenge },
        { expect: /^/, send: '535 5.7.8 no\r\n' },
      ]);
      expect(await rejection(send())).toMatchObject({ code: 'EMAILAUTH', phase: 'auth', responseCode: 535 });
      expect(server.connections).toBe(1);
    },
  );
});

describe('A token that no header could carry', () => {
  const wrong: [string, string][] = [
    ['a blank', 'good token'],
    ['a line end', 'good\r\nMAIL FROM:<evil@contoso.test>'],
    ['a line feed at its end', 'good\n'],
    ['a character that parts fields', 'good\u0001auth=Bearer other'],
    ['a character beyond ASCII', 'goöd'],
    ['an equals sign in the middle', 'go=od'],
    ['a quote', '"good"'],
    ['a NUL', 'good\u0000'],
  ];

  it.each(wrong)('(it has %s) is not sent when the endpoint gave it', async (_, token) => {
    const mail = await tokens.start({ gate: { accepts: () => true } });
    mail.endpoint.always({ body: { access_token: token, token_type: 'Bearer', expires_in: 3600 } });
    expect(await rejection(mail.send())).toMatchObject({ code: 'EMAILAUTH', phase: 'auth' });
    expect(mail.server.commands('AUTH')).toEqual([]);
    expect(mail.server.commands('MAIL')).toEqual([]);
  });

  it.each(wrong)('(it has %s) is not sent when the application gave it', async (_, token) => {
    const circumstances: TokenCircumstances = {
      oAuth2: null,
      smtp: { auth: { accessToken: async () => token } },
      gate: { accepts: () => true },
    };
    const mail = await tokens.start(circumstances);
    const error = await rejection(mail.send());
    expect(error).toMatchObject({ code: 'EMAILAUTH', phase: 'auth' });
    expect(JSON.stringify(error)).not.toContain('evil');
    expect(mail.server.commands('AUTH')).toEqual([]);
  });

  it.each(['a.b-c_d~e+f/g==', 'A', '0123456789'])('is none of these: %s', async token => {
    const mail = await tokens.start({
      oAuth2: null,
      smtp: { auth: { accessToken: async () => token } },
      gate: { accepts: tried => tried === token },
    });
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
  });
});
