import { describe, expect, it } from '@jest/globals';
import { readMailSettings } from '../../../lib/core/settings/read-mail-settings.js';
import { problemsOf, SMTP } from './settings-problems.js';

const FROM = { FromAddress: 'no-reply@contoso.com' };
const SECRET = 'hunter2-geheim';

const CASES = [
  ['auth', { user: 'ann', pass: SECRET }, 'Username and Password'],
  ['secure', true, 'SecureSocketOption'],
  [
    'transport',
    { host: 'smtp.contoso.com', auth: { pass: SECRET } },
    'Host, Port, Username, Password and SecureSocketOption',
  ],
  [
    'transport',
    `smtps://ann:${SECRET}@smtp.contoso.com`,
    'Host, Port, Username, Password and SecureSocketOption',
  ],
  ['defaults', { from: 'a@contoso.com' }, 'FromAddress and ReplyTo'],
  ['user', 'ann', 'Username'],
  ['pass', SECRET, 'Password'],
  ['SMTP_PASSWORD', SECRET, 'Password'],
  ['UseSSL', true, 'SecureSocketOption'],
  ['requireTLS', true, 'SecureSocketOption'],
  ['from', 'a@contoso.com', 'FromAddress'],
  ['SmtpServer', 'smtp.contoso.com', 'Host'],
  ['smtp-port', 587, 'Port'],
  ['service', 'gmail', 'Host'],
  ['PickupDirectoryLocation', '/var/pickup', 'PickupDirectory'],
] as const;

describe('A key of another library', () => {
  it.each(CASES)(
    'is named with the right one in the error, when nothing says where mails go: %s',
    (key, value, meant) => {
      const problems = problemsOf({ ...FROM, [key]: value });
      expect(problems).toEqual([
        { key: 'Host', message: expect.stringMatching(/^is missing/) },
        { key, message: `is no mail setting, and is not read; did you mean ${meant}?` },
      ]);
      expect(JSON.stringify(problems)).not.toContain(SECRET);
    },
  );

  it.each(CASES)(
    'is named with the right one in a warning, when the settings can be used: %s',
    (key, value, meant) => {
      const { problems, warnings } = readMailSettings({ ...SMTP, [key]: value });
      expect(problems).toEqual([]);
      expect(warnings).toEqual([`Unknown mail settings are ignored: "${key}" (did you mean ${meant}?)`]);
    },
  );

  it('is named in the error of any other problem, too', () => {
    expect(problemsOf({ ...SMTP, Port: 'x', tls: {} }).map(({ key }) => key)).toEqual(['Port', 'tls']);
  });
});

describe('In the error that a setting is missing', () => {
  it('a key that is misspelled is named', () => {
    expect(problemsOf({ ...FROM, Hots: 'smtp.contoso.com' })).toEqual([
      { key: 'Host', message: expect.stringMatching(/^is missing/) },
      { key: 'Hots', message: 'is no mail setting, and is not read; did you mean Host?' },
    ]);
  });

  it.each<[object, string, string]>([
    [{ ...SMTP, Username: 'ann', Pasword: SECRET }, 'Pasword', 'Password'],
    [{ ...SMTP, Usernam: 'ann', Password: SECRET }, 'Usernam', 'Username'],
    [
      { UseSpecifiedPickupDirectory: true, PickupDirectry: '/srv/mails' },
      'PickupDirectry',
      'PickupDirectory',
    ],
    [
      { ...FROM, PickupDirectory: '/srv', UseSpecifiedPickupDir: true },
      'UseSpecifiedPickupDir',
      'UseSpecifiedPickupDirectory',
    ],
  ])(
    'a key that is misspelled is named, where another key is told of that goes with it: %j',
    (settings, key, meant) => {
      const problems = problemsOf(settings);
      expect(problems).toHaveLength(2);
      expect(problems[1]).toEqual({
        key,
        message: `is no mail setting, and is not read; did you mean ${meant}?`,
      });
      expect(JSON.stringify(problems)).not.toContain(SECRET);
    },
  );

  it('an option of the code is named', () => {
    expect(problemsOf({ ...FROM, smtp: { host: 'smtp.contoso.com' } })).toEqual([
      { key: 'Host', message: expect.stringMatching(/^is missing/) },
      { key: 'smtp', message: expect.stringMatching(/^is an option in code and no mail setting/) },
    ]);
  });

  it('a key that has nothing to do with it is not named', () => {
    expect(problemsOf({ ...FROM, zzzzzz: 1, MaxRecipient: 5 })).toHaveLength(1);
  });

  it('a name that may be a secret, or moves the cursor, is not shown as it is', () => {
    const { warnings } = readMailSettings({ ...SMTP, ['\u001b[2J\u009bx\u202e']: 1 });
    expect(warnings).toEqual(['Unknown mail settings are ignored: "\\u001b[2J\\u009bx\\u202e"']);
  });
});
