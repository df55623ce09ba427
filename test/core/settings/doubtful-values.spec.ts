import { describe, expect, it } from '@jest/globals';
import { readMailSettings } from '../../../lib/core/settings/read-mail-settings.js';
import { resolveMailSettings } from '../../../lib/core/settings/resolve-mail-settings.js';
import { PICKUP, problemsOf, SMTP } from './settings-problems.js';

const warningsOf = (settings: object): readonly string[] => {
  const { warnings, problems } = readMailSettings({ ...SMTP, ...settings });
  expect(problems).toEqual([]);
  return warnings;
};

describe('A port of another protocol', () => {
  it.each([
    [993, 'IMAP over TLS'],
    [995, 'POP3 over TLS'],
    [143, 'IMAP'],
    ['110', 'POP3'],
  ])('%s is warned of', (port, protocol) => {
    expect(warningsOf({ port })).toEqual([
      `port ${port} is the usual port of ${protocol}, by which mails are read; they are sent by SMTP, usually on port 587, 465 or 25`,
    ]);
  });

  it.each([0, 25, 465, 587, 2525, 1025, 80, 443])('%s is none', port => {
    expect(warningsOf({ port })).toEqual([]);
  });

  it('is not warned of where nothing connects to it', () => {
    expect(readMailSettings({ ...PICKUP, Port: 993 }).warnings).toEqual([]);
    expect(warningsOf({ Port: 993, Enabled: false })).toEqual([]);
  });
});

describe('A time that was probably meant in milliseconds', () => {
  it.each(['ConnectionTimeout', 'SocketTimeout', 'DataTimeout', 'SendTimeout'])('is warned of: %s', key => {
    expect(warningsOf({ [key]: '30000' })).toEqual([
      `${key} is 30000 seconds, which is more than an hour; if milliseconds are meant, write 30, as times are in seconds`,
    ]);
    expect(warningsOf({ [key]: 3601 })).toHaveLength(1);
    expect(warningsOf({ [key]: 3600 })).toEqual([]);
  });
});

describe('AllowedDomains that is set but holds no domain', () => {
  it.each([[' ; '], [';'], [' '], [';;;'], [[]], [['']], [[' ', ';']]])('is a problem: %j', value => {
    expect(problemsOf({ ...SMTP, allowedDOMAINS: value })).toEqual([
      { key: 'allowedDOMAINS', message: expect.stringMatching(/^is set but holds no domain; /) },
    ]);
    expect(problemsOf({ ...PICKUP, AllowedDomains: value })).toHaveLength(1);
  });

  it('is none as an empty text, which means "not set" as for every other key', () => {
    expect(resolveMailSettings({ ...SMTP, AllowedDomains: '' }).allowedDomains).toEqual([]);
  });

  it('is none where mail is switched off', () => {
    expect(problemsOf({ ...SMTP, Enabled: false, AllowedDomains: ';' })).toEqual([]);
  });

  it('is none in settings that were resolved before, copied or not', () => {
    const resolved = resolveMailSettings(SMTP);
    const copied: unknown = JSON.parse(JSON.stringify(resolved));
    expect(problemsOf(resolved)).toEqual([]);
    expect(problemsOf({ ...resolved })).toEqual([]);
    expect(readMailSettings(copied).problems).toEqual([]);
  });

  it('is a problem beside a key "delivery" that somebody has written', () => {
    expect(problemsOf({ ...SMTP, delivery: 'smtp', AllowedDomains: ' ; ' })).toHaveLength(1);
  });
});
