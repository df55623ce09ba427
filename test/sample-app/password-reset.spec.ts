import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { JwtService } from '@nestjs/jwt';
import { RunningSample } from './running-sample.js';

const PASSWORD = 'correct horse battery';

describe('a password reset in the sample', () => {
  let sample: RunningSample;

  beforeEach(async () => {
    sample = await RunningSample.start();
  });

  afterEach(async () => {
    await sample.close();
  });

  it('sets a new password through the link of the mail and tells the person that it was changed', async () => {
    const mail = await sample.resetMail('ann');
    expect(mail.envelope).toEqual({
      from: 'no-reply@contoso.example',
      to: ['ann.miller@contoso.example'],
    });
    const token = await sample.resetToken('ann');
    const page = await sample.openResetPage(token);
    expect(page.status).toBe(200);
    expect(page.body).toContain('For Ann Miller (ann).');
    expect(await sample.signIn('ann', PASSWORD)).toBe(401);

    const done = await sample.setPassword(token, PASSWORD);

    expect(done.status).toBe(200);
    expect(await sample.signIn('ann', PASSWORD)).toBe(200);
    expect(await sample.signIn('ann', `${PASSWORD}!`)).toBe(401);
    const [changed] = await sample.sink.waitForMessages(1);
    expect(changed?.envelope.to).toEqual(['ann.miller@contoso.example']);
    const { subject, text } = (await changed?.parse()) ?? {};
    expect(subject).toMatch(/password was changed/);
    expect(text).toContain('Hello Ann Miller,');
    expect(text).not.toContain(PASSWORD);
  });

  it('lets a link set one password only', async () => {
    const token = await sample.resetToken('ann');
    await sample.setPassword(token, PASSWORD);

    const opened = await sample.openResetPage(token);
    const posted = await sample.setPassword(token, 'another good password');

    expect(opened.status).toBe(410);
    expect(opened.body).toContain('This link has been used already');
    expect(posted.status).toBe(410);
    expect(await sample.signIn('ann', PASSWORD)).toBe(200);
    expect(await sample.sink.waitForMessages(1)).toHaveLength(1);
  });

  it('lets one of two requests win that use a link at the same time', async () => {
    const token = await sample.resetToken('ann');

    const answers = await Promise.all(
      ['the first password', 'the other password'].map(password => sample.setPassword(token, password)),
    );

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 410]);
  });

  it('says that a link has expired', async () => {
    const hourAgo = Math.floor(Date.now() / 1000) - 3600;
    const token = await sample.signer.signAsync(
      { iat: hourAgo },
      { subject: 'ann', jwtid: randomUUID(), expiresIn: 60 },
    );

    const opened = await sample.openResetPage(token);
    const posted = await sample.setPassword(token, PASSWORD);

    expect([opened.status, posted.status]).toEqual([410, 410]);
    expect(opened.body).toContain('This link has expired');
    expect(await sample.signIn('ann', PASSWORD)).toBe(401);
  });

  it('gives a token the life that ValidFor says', async () => {
    const token = await sample.resetToken('ann');
    const { iat, exp }: { iat: number; exp: number } = sample.signer.decode(token);
    expect(exp - iat).toBe(3 * 3600);
  });

  it.each<[string, (sample: RunningSample) => string | Promise<string>]>([
    ['is missing', () => ''],
    ['is no token', () => 'abc.def.ghi'],
    ['was changed', async s => `${await s.resetToken('ann')}x`],
    [
      'was signed by somebody else',
      () => new JwtService({ secret: 'x'.repeat(32) }).sign({ sub: 'ann', jti: '1' }, { expiresIn: 60 }),
    ],
    [
      'is not signed at all',
      () => new JwtService().sign({ sub: 'ann', jti: '1' }, { algorithm: 'none', secret: '', expiresIn: 60 }),
    ],
    [
      'was signed for another purpose',
      s =>
        s.signer.sign({}, { subject: 'ann', jwtid: '1', expiresIn: 60, audience: 'contoso-something-else' }),
    ],
    ['has no identity of its own', s => s.signer.sign({}, { subject: 'ann', expiresIn: 60 })],
    ['never expires', s => s.signer.sign({}, { subject: 'ann', jwtid: '1' })],
    [
      'is for somebody who does not exist',
      s => s.signer.sign({}, { subject: 'zoe', jwtid: '1', expiresIn: 60 }),
    ],
  ])('refuses a token that %s', async (_case, make) => {
    const token = await make(sample);
    const opened = await sample.openResetPage(token);
    const posted = await sample.setPassword(token, PASSWORD);
    expect([opened.status, posted.status]).toEqual([400, 400]);
    expect(opened.body).toContain('This link is not valid');
  });

  it.each([
    ['too short', 'short', 'short', 'at least 12 characters'],
    ['too long', 'x'.repeat(201), 'x'.repeat(201), 'at most 200 characters'],
    ['not repeated as it was', PASSWORD, `${PASSWORD}!`, 'not the same'],
  ])(
    'refuses a password that is %s, and the link goes on working',
    async (_case, password, again, reason) => {
      const token = await sample.resetToken('ann');

      const refused = await sample.setPassword(token, password, again);

      expect(refused.status).toBe(422);
      expect(refused.body).toContain(reason);
      expect(sample.sink.messages).toHaveLength(0);
      expect((await sample.setPassword(token, PASSWORD)).status).toBe(200);
    },
  );

  it('refuses an older link once the password was changed', async () => {
    const past = Math.floor(Date.now() / 1000) - 60;
    const older = await sample.signer.signAsync(
      { iat: past },
      { subject: 'ann', jwtid: randomUUID(), expiresIn: 3600 },
    );
    expect((await sample.openResetPage(older)).status).toBe(200);
    await sample.setPassword(await sample.resetToken('ann'), PASSWORD);
    expect((await sample.openResetPage(older)).status).toBe(410);
  });

  it('keeps the token out of caches and referrers', async () => {
    const { headers } = await sample.openResetPage(await sample.resetToken('ann'));
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('writes the reset mail in the language of the person', async () => {
    const french = (await sample.resetMail('chloe')).content;
    expect(french.subject).toMatch(/^Réinitialisation/);
    expect(french.text).toContain('Bonjour Chloé Tremblay,');
    expect(french.text).not.toContain('Hello');
  });

  it('writes to a person with another language in every language of the setting Cultures', async () => {
    const both = (await sample.resetMail('dieter')).content;
    expect(both.subject).toMatch(/^Reset .* \/ Réinitialisation/);
    expect(both.text).toMatch(/Hello Dieter Vogel,[^]*Bonjour Dieter Vogel,/);
  });

  it('writes no mail for a login that nobody has', async () => {
    await expect(sample.requestReset('zoe')).rejects.toThrow('Nobody has the login "zoe"');
  });
});

describe('the settings of the sample', () => {
  it('must hold a secret for signing tokens', async () => {
    await expect(RunningSample.start({ TokenSigning__Secret: 'short' })).rejects.toThrow(
      /TokenSigning:Secret is missing or shorter than 32/,
    );
  });
});
