import { execFile, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { findUnpackedPrograms } from '../mail-servers/unpacked-programs.js';
import type { SigningKey } from './signing-key.js';

/** What two verifiers that are not ours say of the signatures of a mail, each by itself. */
export interface VerifierResults {
  /** OpenDKIM's words of each signature, such as `pass`. */
  readonly openDkim: readonly string[];
  /** Whether each signature holds for dkimpy. */
  readonly dkimpy: readonly boolean[];
}

/** The system's own Python: the module of the Debian package is for no other one. */
const PYTHON = '/usr/bin/python3';
const SCRIPT = new URL('verify_signatures.py', import.meta.url).pathname;
const HOW_TO_INSTALL =
  'These tests need dkimpy and are not skipped without it. Install it with "apt-get install python3-dkim" (Debian, Ubuntu).';

const run = promisify(execFile);

/**
 * OpenDKIM (of `.ci/unpack-mail-servers`) and dkimpy (Debian's `python3-dkim`), which take public keys from a file: no name server is
 * asked. `opendkim-testmsg` of the package opendkim-tools cannot do that; the filter itself can, with `-t`.
 */
export class DkimVerifiers {
  readonly #directory: TemporaryDirectory = temporaryDirectory();
  readonly #unpacked: string;
  readonly #keys: string;
  readonly #configuration: string;

  private constructor(unpacked: string, keys: readonly SigningKey[]) {
    this.#unpacked = unpacked;
    const records = keys.map(({ record }) => `${record.join(' ')}\n`).join('');
    this.#keys = this.#directory.write('keys', records);
    this.#configuration = this.#directory.write(
      'opendkim.conf',
      ['Mode v', `TestPublicKeys ${this.#keys}`, 'Syslog no', 'AlwaysAddARHeader yes', ''].join('\n'),
    );
  }

  /**
   * Makes verifiers that know these public keys. End them with {@link remove}.
   *
   * @throws Error saying what to install
   */
  static async create(keys: readonly SigningKey[]): Promise<DkimVerifiers> {
    const unpacked = findUnpackedPrograms('usr/sbin/opendkim');
    try {
      await run(PYTHON, ['-c', 'import dkim, nacl']);
    } catch (error) {
      throw new Error(HOW_TO_INSTALL, { cause: error });
    }
    return new DkimVerifiers(unpacked, keys);
  }

  /**
   * Lets both verifiers look at a mail.
   *
   * @param mail with CRLF at line ends
   */
  async verify(mail: Buffer): Promise<VerifierResults> {
    return { openDkim: await this.#openDkim(mail), dkimpy: await this.#dkimpy(mail) };
  }

  /** Removes what was written; harmless when done twice. */
  remove(): void {
    this.#directory.remove();
  }

  async #openDkim(mail: Buffer): Promise<string[]> {
    const file = this.#directory.write('mail.eml', mail);
    const { stdout } = await run(
      join(this.#unpacked, 'usr/sbin/opendkim'),
      ['-v', '-v', '-x', this.#configuration, '-t', file],
      { env: { ...process.env, LD_LIBRARY_PATH: libraryFolders(this.#unpacked) }, maxBuffer: 1e7 },
    );
    // The header field Authentication-Results (RFC 8601), which it would add.
    return [...stdout.matchAll(/\bdkim=(\w+)/g)].map(([, result = '']) => result);
  }

  async #dkimpy(mail: Buffer): Promise<boolean[]> {
    const child = spawn(PYTHON, [SCRIPT, this.#keys], { stdio: ['pipe', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stdin.end(mail);
    const code = await new Promise(resolve => child.once('close', resolve));
    const results: unknown = code === 0 ? JSON.parse(output) : undefined;
    if (!Array.isArray(results)) throw new Error(`dkimpy ended with ${String(code)}: ${output}`);
    return results.map(result => result === true);
  }
}

/** Debian's folders of libraries: one has the name of the machine's kind, and a few libraries lie above it. */
function libraryFolders(unpacked: string): string {
  const libraries = join(unpacked, 'usr/lib');
  const folder = readdirSync(libraries).find(name => name.includes('linux-gnu'));
  return folder === undefined ? libraries : `${join(libraries, folder)}:${libraries}`;
}
