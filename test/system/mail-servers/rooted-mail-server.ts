import type { DeliveredMail } from '../postfix/maildir.js';
import { readMaildir } from '../postfix/maildir.js';
import type { MailServer, MailServerPorts } from './mail-server.js';
import type { PrivateRoot } from './private-root.js';

/** A real mail server that runs in a root directory of its own. */
export abstract class RootedMailServer implements MailServer {
  readonly host = '127.0.0.1';

  protected constructor(
    protected readonly root: PrivateRoot,
    readonly ports: MailServerPorts,
    readonly ca: string,
    private readonly maildir: string,
  ) {}

  /** Ends the server and removes everything that it wrote; harmless when done twice. */
  stop(): Promise<void> {
    return this.root.remove();
  }

  /** Process ids of the server. */
  processIds(): number[] {
    return this.root.processIds();
  }

  /** The temporary folder that is its root directory. */
  get directory(): string {
    return this.root.path('.');
  }

  /** Everything that it has printed and logged. */
  log(): string {
    return this.root.log();
  }

  abstract idle(): Promise<void>;

  /** Every copy of every mail in the Maildir. */
  mails(): Promise<DeliveredMail[]> {
    return readMaildir(this.root.path(this.maildir));
  }
}
