import { rsaKey } from '../support/dkim-keys.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';

/** Writes the files of secrets that a settings file names, each with something of its kind. */
export function writeNamedFiles(directory: TemporaryDirectory, settings: string): void {
  for (const [, key = '', path = ''] of settings.matchAll(/"(\w+)File": "([^"]+)"/g))
    directory.write(path, contentFor(key, path));
}

function contentFor(key: string, path: string): string {
  if (key !== 'PrivateKey') return 'secret';
  const { pem } = rsaKey();
  return path.endsWith('.json')
    ? JSON.stringify({
        type: 'service_account',
        client_email: 'mailer@project.iam.gserviceaccount.com',
        private_key: pem,
        private_key_id: '0123456789abcdef',
        token_uri: 'https://oauth2.googleapis.com/token',
      })
    : pem;
}
