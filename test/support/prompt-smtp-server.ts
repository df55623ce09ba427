import { SMTPServer } from 'smtp-server';

/** An SMTP server that greets at once. Its base waits 100 ms with every connection, for clients that talk too early. */
export class PromptSmtpServer extends SMTPServer {
  override connect(...accepted: Parameters<SMTPServer['connect']>): void {
    super.connect(...accepted);
    const connection = [...this.connections].at(-1);
    if (!connection) return;
    connection.connectionReady();
    // The base calls it once more when its time is over.
    connection.connectionReady = () => undefined;
  }
}
