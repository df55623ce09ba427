import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SecureSocketOption } from '../../lib/core/settings/mail-settings.js';
import { createCertificateAuthority } from '../support/certificates.js';
import { MailSink } from '../support/mail-sink.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { check, writeSettings } from './checking.js';
import { runHere } from './command-run.js';

const hosts = ['localhost', '127.0.0.1'];
const authority = createCertificateAuthority();
const CERTIFICATES = {
  good: authority.issue({ hosts }),
  bad: authority.issue({ hosts: ['mail.contoso.com'] }),
};
const LOGINS = {
  'without a login': {},
  'with the right login': { Username: 'relay', Password: 'right' },
  'with a wrong login': { Username: 'relay', Password: 'wrong' },
};

let folder: TemporaryDirectory;
beforeEach(() => {
  folder = temporaryDirectory();
});
afterEach(() => folder.remove());

type Case = ['none' | 'starttls' | 'implicit', 'good' | 'bad', SecureSocketOption];
const CASES: Case[] = [
  ['none', 'good', 'None'],
  ['none', 'good', 'SslOnConnect'],
  ['starttls', 'good', 'None'],
  ['starttls', 'good', 'StartTls'],
  ['starttls', 'bad', 'Auto'],
  ['starttls', 'bad', 'None'],
  ['implicit', 'good', 'SslOnConnect'],
  ['implicit', 'bad', 'SslOnConnect'],
];

describe.each(CASES)(
  'For a server with TLS %s, a %s certificate and SecureSocketOption %s',
  (tls, certificate, option) => {
    it.each(Object.entries(LOGINS))('check says %s what happens to a mail', async (_, login) => {
      const sink = await MailSink.start({
        tls,
        certificate: CERTIFICATES[certificate],
        auth: { user: 'relay', pass: 'right' },
        allowInsecureAuth: true,
      });
      try {
        const settings = { Host: sink.host, Port: sink.port, SecureSocketOption: option, ...login };
        const authorities = [authority.cert];
        const checked = await check(folder, settings, { authorities });
        writeSettings(folder, { ...settings, FromAddress: 'no-reply@contoso.com' });
        const sent = await runHere(['send-test', '--to', 'ann@contoso.com'], {
          cwd: folder.path,
          authorities,
        });
        expect({ check: checked.code, mails: sink.messages.length }).toEqual({
          check: sent.code,
          mails: sent.code === 0 ? 1 : 0,
        });
      } finally {
        await sink.close();
      }
    });
  },
);
