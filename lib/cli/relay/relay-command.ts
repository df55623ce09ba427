import { onAbort } from '../../core/concurrency/on-abort.js';
import { MailSettingsError } from '../../core/errors/mail-settings-error.js';
import { PickupRelay } from '../../relay/engine/pickup-relay.js';
import type { MailRelayOptions } from '../../relay/relay-options.js';
import type { CommandIo } from '../command-io.js';
import { readCount, readOptions, readSeconds } from '../command-line.js';
import { INTERRUPTED } from '../exit-codes.js';
import { pathFrom } from '../path-from.js';
import { readSection } from '../settings-section.js';
import { smtpTrusting } from '../smtp-trusting.js';
import { untilStopped } from '../until-stopped.js';
import { JsonRelayReport } from './json-relay-report.js';
import type { RelayReport } from './relay-report.js';
import { TerminalRelayReport } from './terminal-relay-report.js';

const HELP = `Usage: nest-mailroom relay [options]

Empties a pickup directory: hands the mails in it to the SMTP server that the settings name, each once.

Options:
  --settings FILE        settings file (default: appsettings.json and appsettings.<NODE_ENV>.json)
  --section NAME         section in it, ":" between levels (default: MailSettings, else PasswordResetSettings)
  --directory DIR        pickup directory (default: the setting PickupDirectory)
  --badmail DIR          where mails go that cannot be delivered (default: badmail in the pickup directory)
  --state DIR            where records and claimed mails lie, and badmail (default: .mailroom in the pickup directory)
  --once                 try every mail once, then end
  --concurrency N        mails worked on at the same time (default: the setting MaxConnections)
  --unconfirmed N        mails that can go out twice when the relay is killed; more are faster
                         with a server that is slow to say 250 (default: 1)
  --poll SECONDS         time between two looks at the folder (default: 5)
  --undo-dot-stuffing    the writer doubles dots at the beginning of lines, as old .NET and MailKit do
  --json                 JSON lines also on a terminal
  --help                 this text

Environment variables override the file: MailSettings__Host=smtp.contoso.com. Ctrl-C or SIGTERM finishes the mails under
way, leaves the rest in the folder and says what was done; a second one ends at once.

Exit code: 0 when nothing is left to do, or when it was told to end; 1 when --once left, deferred or rejected
something; 2 when command line or settings are wrong; 130 when --once was interrupted.
`;

const OPTIONS = {
  settings: { type: 'string' },
  section: { type: 'string' },
  directory: { type: 'string' },
  badmail: { type: 'string' },
  state: { type: 'string' },
  once: { type: 'boolean', default: false },
  concurrency: { type: 'string' },
  unconfirmed: { type: 'string' },
  poll: { type: 'string' },
  'undo-dot-stuffing': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** The bounds of the relay's options `concurrency`, `unconfirmed` and `pollMs`. */
const MOST_AT_ONCE = 1000;
const SHORTEST_POLL = 0.01;
/** The relay's options by what they are called here. */
const FOLDER_OPTIONS: ReadonlyMap<string, string> = new Map([
  ['directory', '--directory'],
  ['badmailDirectory', '--badmail'],
  ['stateDirectory', '--state'],
]);

/** `nest-mailroom relay`. Returns the exit code. */
export async function relayCommand(args: readonly string[], io: CommandIo): Promise<number> {
  const values = readOptions(args, OPTIONS, HELP);
  if (values.help) {
    io.stdout.write(HELP);
    return 0;
  }
  const { concurrency, unconfirmed, poll } = values;
  const options: MailRelayOptions = {
    settings: readSection(values.settings, values.section, io),
    undoDotStuffing: values['undo-dot-stuffing'],
    ...smtpTrusting(io.authorities),
    ...(values.directory !== undefined && { directory: pathFrom(io.cwd, values.directory) }),
    ...(values.badmail !== undefined && { badmailDirectory: pathFrom(io.cwd, values.badmail) }),
    ...(values.state !== undefined && { stateDirectory: pathFrom(io.cwd, values.state) }),
    ...(concurrency !== undefined && { concurrency: readCount('concurrency', concurrency, MOST_AT_ONCE) }),
    ...(unconfirmed !== undefined && { unconfirmed: readCount('unconfirmed', unconfirmed, MOST_AT_ONCE) }),
    ...(poll !== undefined && { pollMs: readSeconds('poll', poll, SHORTEST_POLL) }),
  };
  const { stdout } = io;
  const report = stdout.isTTY && !values.json ? new TerminalRelayReport(stdout) : new JsonRelayReport(stdout);
  // A relay that works on until it is stopped is of no use to a reader that has gone; one that ends by itself does its work.
  const stop = io.stopSignal({ withOutput: !values.once });
  const relay = await PickupRelay.create(options, {
    write: event => report.event(event),
    warn: text => report.warn(text),
  }).catch((error: unknown) => {
    throw asOptions(error);
  });
  report.begin(relay);
  return values.once ? drain(relay, report, stop) : run(relay, report, stop);
}

/** What is wrong with a folder is told under the option that names it. */
function asOptions(error: unknown): unknown {
  if (!(error instanceof MailSettingsError)) return error;
  const problems = error.problems.map(({ key, message }) => ({
    key: FOLDER_OPTIONS.get(key) ?? key,
    message,
  }));
  return new MailSettingsError(problems, { cause: error });
}

async function run(relay: PickupRelay, report: RelayReport, stop: AbortSignal): Promise<number> {
  await relay.start();
  await untilStopped(stop);
  report.end(await relay.stop());
  return 0;
}

async function drain(relay: PickupRelay, report: RelayReport, stop: AbortSignal): Promise<number> {
  onAbort(stop, () => void relay.stop());
  const summary = stop.aborted ? await relay.stop() : await relay.drain();
  report.end(summary);
  if (stop.aborted) return INTERRUPTED;
  const { trouble } = await relay.status();
  return trouble !== undefined || summary.remaining + summary.rejected + report.left > 0 ? 1 : 0;
}
