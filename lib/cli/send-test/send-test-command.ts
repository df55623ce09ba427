import { resolve } from 'node:path';
import type { MailReceipt } from '../../core/delivery/mail-receipt.js';
import { MailDeliveryError } from '../../core/errors/mail-delivery-error.js';
import { MailSettingsError } from '../../core/errors/mail-settings-error.js';
import { readSettingsFile } from '../../core/settings/json-settings-file.js';
import { readMailSettings } from '../../core/settings/read-mail-settings.js';
import { boundedRun, endAfter } from '../bounded-run.js';
import { policyWords } from '../check/policy-words.js';
import type { CommandIo } from '../command-io.js';
import { readOptions, readSeconds } from '../command-line.js';
import { environmentWarnings } from '../environment-warnings.js';
import { INTERRUPTED } from '../exit-codes.js';
import { ownKey } from '../own-key.js';
import { pathFrom } from '../path-from.js';
import { readSection } from '../settings-section.js';
import { styleFor } from '../style.js';
import { UsageError } from '../usage-error.js';
import { JsonSendReport } from './json-send-report.js';
import type { SendReport } from './send-report.js';
import { openTestMailer } from './test-mailer.js';
import { testMessage } from './test-message.js';
import { TextSendReport } from './text-send-report.js';

const HELP = `Usage: nest-mailroom send-test --to ADDRESS [options]

Sends one mail, as an application with these settings would, and says what became of it. CatchAllAddress, AllowedDomains
and Enabled count.

Options:
  --to ADDRESS           who gets it; may be given several times
  --from ADDRESS         author (default: the setting FromAddress)
  --settings FILE        settings file (default: appsettings.json and appsettings.<NODE_ENV>.json)
  --section NAME         section in it, ":" between levels (default: MailSettings, else PasswordResetSettings)
  --template NAME        a template instead of the built-in test mail
  --context FILE         JSON file with the template's variables
  --templates DIR        folder of templates, searched before the built-in ones
  --culture CULTURE      language of the template, such as fr-CA
  --timeout SECONDS      longest time for all (default: the settings' own limits)
  --verbose              on failure, also what was said with the server; no passwords, no message
  --json                 one JSON document at the end
  --help                 this text

Environment variables override the file: MailSettings__Host=smtp.contoso.com.

Exit code: 0 when the mail was accepted or written for everybody it was handed over for; 1 when it was not delivered, not to
everybody, or suppressed; 2 when command line, settings, template or context cannot be used; 130 when it was interrupted.
`;

const OPTIONS = {
  to: { type: 'string', multiple: true },
  from: { type: 'string' },
  settings: { type: 'string' },
  section: { type: 'string' },
  template: { type: 'string' },
  context: { type: 'string' },
  templates: { type: 'string' },
  culture: { type: 'string' },
  timeout: { type: 'string' },
  verbose: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** `nest-mailroom send-test`. Returns the exit code. */
export async function sendTestCommand(args: readonly string[], io: CommandIo): Promise<number> {
  const values = readOptions(args, OPTIONS, HELP);
  if (values.help) {
    io.stdout.write(HELP);
    return 0;
  }
  const { to = [], from, template, culture, templates } = values;
  if (to.length === 0) throw new UsageError(`--to is missing: say who gets the mail.\n\n${HELP}`);
  if (values.context !== undefined && template === undefined)
    throw new UsageError('--context goes with --template: the built-in test mail has nothing to fill in.');
  const timeoutMs = readSeconds('timeout', values.timeout);
  const input = readSection(values.settings, values.section, io);
  const { settings, problems, warnings } = readMailSettings(input);
  if (problems.length > 0) throw new MailSettingsError(problems);
  const context = values.context === undefined ? undefined : readContext(values.context, io.cwd);
  const message = testMessage({ to, from, template, context, culture }, settings);
  const { stdout } = io;
  const report = values.json
    ? new JsonSendReport(stdout, values.verbose)
    : new TextSendReport(stdout, styleFor(stdout, io.env), values.verbose);
  const stop = io.stopSignal();
  const directories = templates === undefined ? {} : { directories: [resolve(io.cwd, templates)] };
  const mailer = await openTestMailer(input, directories, io.authorities);
  report.begin({
    to,
    settings,
    policy: policyWords(settings, ownKey(input)),
    warnings: [...warnings, ...environmentWarnings(settings, io.env)],
  });
  const outcome = await boundedRun({ stop, timeoutMs, startTimer: io.startTimer }, signal =>
    deliver(report, () => mailer.mail.send(message, { signal })).finally(() => mailer.close()),
  );
  if (outcome.value === undefined) report.cut(outcome.interrupted);
  const code = outcome.interrupted ? INTERRUPTED : (outcome.value ?? 1);
  await report.end(code);
  endAfter(outcome, code, io);
  return code;
}

/** Sends, and tells of it. Anything but a failed delivery is for the command line to say. */
async function deliver(report: SendReport, send: () => Promise<MailReceipt>): Promise<number> {
  try {
    const receipt = await send();
    report.receipt(receipt);
    const all = receipt.status !== 'suppressed' && receipt.rejected.length === 0;
    return all ? 0 : 1;
  } catch (error) {
    if (!(error instanceof MailDeliveryError)) throw error;
    report.failure(error);
    return 1;
  }
}

/** The variables of a template, read as forgivingly as settings. */
function readContext(file: string, cwd: string): object {
  try {
    const context = readSettingsFile(pathFrom(cwd, file));
    if (context) return context;
  } catch (error) {
    if (!(error instanceof MailSettingsError)) throw error;
    const [problem] = error.problems;
    throw new UsageError(`--context: ${file} ${problem?.message}.`, { cause: error });
  }
  throw new UsageError(`--context: ${file} does not exist.`);
}
