import { createSelfSignedCertificate } from '../support/certificates.js';
import type { Certificate } from '../support/certificates.js';
import { ed25519Key } from '../support/dkim-keys.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';

const YEAR_MS = 365 * 24 * 3600 * 1000;

/** Writes the files of secrets that a settings file names, each with something of its kind. */
export function writeNamedFiles(directory: TemporaryDirectory, settings: string): void {
  const named = [...settings.matchAll(/"(\w+)File": "([^"]+)"/g)];
  if (named.length === 0) return;
  const pair = createSelfSignedCertificate({
    hosts: ['identity-mail'],
    rsaBits: 2048,
    notAfter: new Date(Date.now() + YEAR_MS),
  });
  for (const [, key = '', path = ''] of named) directory.write(path, contentFor(key, path, pair));
}

function contentFor(setting: string, path: string, { key, cert }: Certificate): string {
  if (setting === 'Certificate') return cert;
  if (setting !== 'PrivateKey') return 'secret';
  if (path.includes('ed25519')) return ed25519Key().pem;
  return path.endsWith('.json')
    ? JSON.stringify({
        type: 'service_account',
        client_email: 'mailer@project.iam.gserviceaccount.com',
        private_key: key,
        private_key_id: '0123456789abcdef',
        token_uri: 'https://oauth2.googleapis.com/token',
      })
    : key;
}
