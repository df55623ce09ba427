import { mkdirSync, readdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../../../lib/core/errors/error-facts.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import type { MailServer, MailServerPorts } from '../mail-servers/mail-server.js';

/** Longer than the tick of the clock that gives files their times. */
const TICK_MS = 20;

/** A pickup directory that a relay empties into a real server, and the settings that say so. */
export class RelayFolder {
  readonly #directory = temporaryDirectory();
  /** The pickup directory. */
  readonly path = join(this.#directory.path, 'pickup');
  /** In the shape of `MailSettings`. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** A file that holds the settings. */
  readonly settingsFile: string;
  /** A file that holds the certificate of the authority that the server trusts. */
  readonly caFile: string;

  /** @param further settings on top of the folder's own */
  constructor(
    server: Pick<MailServer, 'host' | 'ports' | 'ca'>,
    port: keyof MailServerPorts = 'plain',
    SecureSocketOption = 'None',
    further: Readonly<Record<string, unknown>> = {},
  ) {
    mkdirSync(this.path);
    this.settings = {
      Host: server.host,
      Port: server.ports[port],
      FromAddress: 'no-reply@contoso.test',
      SecureSocketOption,
      ConnectionTimeout: 10,
      PickupDirectory: this.path,
      ...further,
    };
    this.settingsFile = this.#directory.write(
      'appsettings.json',
      JSON.stringify({ MailSettings: this.settings }),
    );
    this.caFile = this.#directory.write('ca.pem', server.ca);
  }

  /** Puts finished mails into the folder, each by a rename, as a careful writer does. */
  async put(mails: Iterable<readonly [name: string, bytes: string | Uint8Array]>): Promise<void> {
    const names: string[] = [];
    const then = Math.floor((Date.now() - TICK_MS) / 1000);
    for (const [name, bytes] of mails) {
      const writing = join(this.path, `.${name}.writing`);
      writeFileSync(writing, bytes);
      // As the pickup writer does, so that a relay knows the file to be finished.
      utimesSync(writing, then, then);
      names.push(name);
    }
    for (const name of names) renameSync(join(this.path, `.${name}.writing`), join(this.path, name));
  }

  /** Names of the mails that wait. */
  waiting(): string[] {
    return mailsIn(this.path);
  }

  /** Names of the mails that relays, dead or alive, have claimed. */
  claimed(): string[] {
    return this.relays().flatMap(relay => mailsIn(join(relay, 'claimed')));
  }

  /** The folders of the relays, dead or alive, as paths. */
  relays(): string[] {
    const relays = join(this.path, '.mailroom', 'relays');
    return entries(relays)
      .filter(name => !name.startsWith('.'))
      .map(name => join(relays, name));
  }

  /** Names of everything in the badmail folder. */
  bad(): string[] {
    return entries(join(this.path, 'badmail')).sort();
  }

  /** Names of the kept states. */
  states(): string[] {
    return entries(join(this.path, '.mailroom', 'states'));
  }

  /** Everything that is left in the folder, whatever it is: an emptied folder holds nothing. */
  contents(): string[] {
    return readdirSync(this.path, { recursive: true }).map(String).sort();
  }

  /** Removes the folder and all that is in it. */
  remove(): void {
    this.#directory.remove();
  }
}

function mailsIn(directory: string): string[] {
  return entries(directory).filter(name => name.endsWith('.eml'));
}

function entries(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    // Relays make their folders when they need them, and take them along when they end.
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}
