import { smtpStartProblems } from '../../core/delivery/smtp/smtp-start-problems.js';
import type { MailSettingsProblem } from '../../core/errors/mail-settings-error.js';
import { MailSettingsError } from '../../core/errors/mail-settings-error.js';
import { explainSettings } from '../../core/settings/explain-settings.js';
import type { MailSettingsReading } from '../../core/settings/read-mail-settings.js';
import { readMailSettings } from '../../core/settings/read-mail-settings.js';
import type { ResolvedMailSettings } from '../../core/settings/resolved-mail-settings.js';
import { unreadVariables } from '../../core/settings/unread-variables.js';
import type { RunBounds } from '../bounded-run.js';
import { boundedRun, endAfter } from '../bounded-run.js';
import type { CommandIo } from '../command-io.js';
import { readOptions, readSeconds } from '../command-line.js';
import { environmentWarnings } from '../environment-warnings.js';
import { INTERRUPTED, UNUSABLE } from '../exit-codes.js';
import { ownKey } from '../own-key.js';
import type { TracedSection } from '../settings-section.js';
import { readTracedSection } from '../settings-section.js';
import { styleFor } from '../style.js';
import type { CheckReport } from './check-report.js';
import { diagnose } from './diagnose.js';
import type { DiagnosisStep, ReaderKeys } from './diagnosis-step.js';
import { JsonCheckReport } from './json-check-report.js';
import { TextCheckReport } from './text-check-report.js';

const HELP = `Usage: nest-mailroom check [options]

Says what the mail settings come to and where each value was written, and whether mails can leave with them. Nothing is sent.
SMTP: addresses of the host, connection, greeting, this machine's name, TLS and certificate, access token, login, sender, size
limit, DKIM keys in the DNS.
Pickup directory: rights, room, and what waits there.

Options:
  --settings FILE        settings file (default: appsettings.json and appsettings.<NODE_ENV>.json)
  --section NAME         section in it, ":" between levels (default: MailSettings, else PasswordResetSettings)
  --timeout SECONDS      longest time for all tests (default: what the setting ConnectionTimeout brings)
  --verbose              on failure, also what was said with the server; no passwords
  --json                 one JSON document at the end
  --help                 this text

Environment variables override the file: MailSettings__Host=smtp.contoso.com. Passwords and tokens are never shown. What an application
sets in code (a proxy, a token of its own, an authority of its own) is not known here; NODE_EXTRA_CA_CERTS counts as in the application.

Exit code: 0 when mails can leave, warnings or not, and when Enabled is false; 1 when something that was tested failed;
2 when command line or settings cannot be used; 130 when it was interrupted.
`;

const OPTIONS = {
  settings: { type: 'string' },
  section: { type: 'string' },
  timeout: { type: 'string' },
  verbose: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** `nest-mailroom check`. Returns the exit code. */
export async function checkCommand(args: readonly string[], io: CommandIo): Promise<number> {
  const values = readOptions(args, OPTIONS, HELP);
  if (values.help) {
    io.stdout.write(HELP);
    return 0;
  }
  const timeoutMs = readSeconds('timeout', values.timeout);
  const { stdout } = io;
  const { verbose } = values;
  const report = values.json
    ? new JsonCheckReport(stdout, verbose)
    : new TextCheckReport(stdout, styleFor(stdout, io.env), verbose, io.cwd);
  const stop = io.stopSignal();
  try {
    const section = readTracedSection(values.settings, values.section, io);
    const reading = readMailSettings(section.settings);
    showSettings(report, section, reading, io.env);
    const problems = reading.problems.length > 0 ? reading.problems : await startProblems(reading.settings);
    if (problems.length > 0) throw new MailSettingsError(problems);
    return await runTests(report, section, reading, { stop, timeoutMs, startTimer: io.startTimer }, io);
  } catch (error) {
    if (!(error instanceof MailSettingsError)) throw error;
    report.unusable(error.problems);
    await report.end(UNUSABLE);
    return UNUSABLE;
  }
}

function showSettings(
  report: CheckReport,
  { name, files, settings: input, origins, cleared }: TracedSection,
  { settings, warnings, problems }: MailSettingsReading,
  env: NodeJS.ProcessEnv,
): void {
  report.settings({
    section: name,
    files,
    settings: explainSettings({ input, settings, problems, origins, cleared }),
    warnings: [...warnings, ...environmentWarnings(settings, env), ...unreadVariables(env)],
  });
}

/** What an application could not start without: a package that the settings need. */
async function startProblems(settings: ResolvedMailSettings): Promise<readonly MailSettingsProblem[]> {
  const { enabled, delivery } = settings;
  return enabled && delivery === 'smtp' ? smtpStartProblems({}, settings) : [];
}

async function runTests(
  report: CheckReport,
  section: TracedSection,
  { settings, directoryKey }: MailSettingsReading,
  bounds: RunBounds,
  io: CommandIo,
): Promise<number> {
  let last: DiagnosisStep | undefined;
  const onStep = (step: DiagnosisStep): void => {
    last = step;
    report.step(step);
  };
  const own = ownKey(section.settings);
  // The folder may stand in Host.
  const named = (key: string): string => (key === 'PickupDirectory' ? directoryKey : own(key));
  const outcome = await boundedRun(bounds, signal =>
    diagnose(settings, {
      signal,
      named,
      onStep,
      onProgress: text => report.progress(text),
      authorities: io.authorities,
      nameServers: io.nameServers,
      readerKeys: settings.delivery === 'pickup' ? readerKeys(section.settings) : undefined,
    }),
  );
  if (outcome.late) {
    report.step({
      step: 'delivery',
      status: 'failed',
      message: `The tests did not end within --timeout ${(bounds.timeoutMs ?? 0) / 1000} s; the last one that did was ${last?.step}`,
      advice: 'Give more time with --timeout, or look why the server does not answer',
      facts: { code: 'EMAILTIMEOUT' },
    });
  }
  const code = outcome.interrupted ? INTERRUPTED : outcome.value ? 0 : 1;
  await report.end(code);
  endAfter(outcome, code, io);
  return code;
}

/** The keys that a relay with these settings signs with: an application that writes into its directory does not read them. */
function readerKeys(input: unknown): ReaderKeys {
  const { settings, problems } = readMailSettings(input, { deliveryRequired: false, smtpOnly: true });
  return {
    keys: settings.dkim ?? [],
    problems: problems.filter(({ key }) => /^dkim(?:\.|$)/i.test(key)),
  };
}
