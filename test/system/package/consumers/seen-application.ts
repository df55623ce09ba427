import type { MailSink } from '../../../support/mail-sink.js';
import type { RunningApplication } from './running-application.js';

/** What an application of `test/consumers` did when it was asked for all that it can do. */
export interface SeenApplication {
  /** The statuses of its receipts. */
  readonly receipts: readonly string[];
  /** Of the mails that have arrived, in the order of their subjects. */
  readonly subjects: readonly (string | undefined)[];
  readonly texts: readonly (string | undefined)[];
  /** False for a mail without HTML. */
  readonly htmls: readonly (string | false)[];
  /** What its health check says. */
  readonly health: string;
  /** Subject of a mail that the test kit has caught. */
  readonly dryRun: string;
  /** How many mails the preview has. */
  readonly previewed: number;
  /** What the pages of the preview answer: mailbox and templates. */
  readonly pages: readonly number[];
  /** What it has said that is no ordinary line of Nest's log, nor of a transcript. */
  readonly complaints: string;
}

/** Has an application send its mails, and looks at them, at its preview and at its health. */
export async function seeApplication(
  application: RunningApplication,
  sink: MailSink,
): Promise<SeenApplication> {
  const answer = await application.ask('/mails', { method: 'POST' });
  if (answer.status !== 201) throw new Error(`POST /mails: ${await answer.text()}\n${application.output}`);
  const receipts = (await answer.json()) as { status: string }[];
  // The last one comes by the relay, when that has found its file.
  const arrived = await sink.waitForMessages(receipts.length);
  const mails = (await Promise.all(arrived.map(mail => mail.parse()))).toSorted((a, b) =>
    (a.subject ?? '') < (b.subject ?? '') ? -1 : 1,
  );
  const health = (await (await application.ask('/health')).json()) as { status: string };
  const dryRun = (await (await application.ask('/dry-run')).json()) as { subject: string };
  const preview = await application.openPreview();
  const pages = [await preview('/mail'), await preview('/mail/templates')];
  const listed = (await (await preview('/mail/api/messages')).json()) as unknown[];
  return {
    receipts: receipts.map(({ status }) => status),
    subjects: mails.map(({ subject }) => subject),
    texts: mails.map(({ text }) => text?.trim()),
    htmls: mails.map(({ html = false }) => html),
    health: health.status,
    dryRun: dryRun.subject,
    previewed: listed.length,
    pages: pages.map(({ status }) => status),
    complaints: complaintsIn(application.output),
  };
}

function complaintsIn(output: string): string {
  return output
    .split('\n')
    .filter(line => line !== '' && !/^\[Nest\] .* (?:LOG|DEBUG|VERBOSE) |^[CS]: |^Listening at /.test(line))
    .join('\n');
}
