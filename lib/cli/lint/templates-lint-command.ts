import { relative, resolve } from 'node:path';
import type { CommandIo } from '../command-io.js';
import { readArguments } from '../command-line.js';
import type { Style } from '../style.js';
import { styleFor } from '../style.js';
import { jsonDocument } from '../text-output.js';
import { UsageError } from '../usage-error.js';
import { ALL_MAIL_CLIENTS } from './client-support/mail-client.js';
import { readMailClients } from './client-support/read-mail-clients.js';
import type { LintFinding, LintSeverity } from './finding.js';
import type { LintReport } from './lint-templates.js';
import { lintTemplates } from './lint-templates.js';

const HELP = `Usage: nest-mailroom templates lint [options] DIR...

Looks for what is wrong with the mail templates in these folders, which are searched in order: syntax errors, missing
parts, languages and partials, unused partials, unsafe links, images that mail clients cannot show, what mail clients
remove or do not support, and pages that Gmail clips. Templates that have samples (samples.json beside their files: an
object of contexts by name) are rendered and measured.

Options:
  --default-culture TAG  the language that mails fall back on (default: en)
  --helper NAME          a Handlebars helper that the application brings; may be given several times
  --clients NAME,...     the mail clients whose readers matter, for the rules of client-support (default: all):
                         ${ALL_MAIL_CLIENTS.join(', ')}
  --strict               warnings count as errors
  --json                 one JSON object: findings and summary
  --help                 this text

Each finding has a rule, and is an error (mails fail or break), a warning (they are worse than they could be) or a hint.

Exit code: 0 when there is no error; 1 when there is one, with --strict also for a warning; 2 when the command line is
wrong or a folder cannot be read.
`;

const OPTIONS = {
  'default-culture': { type: 'string' },
  helper: { type: 'string', multiple: true },
  clients: { type: 'string', multiple: true },
  strict: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** `nest-mailroom templates lint`. Returns the exit code. */
export async function templatesLintCommand(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals: paths } = readArguments(args, OPTIONS, HELP);
  if (values.help) {
    io.stdout.write(HELP);
    return 0;
  }
  if (paths.length === 0) throw new UsageError(`Name the folder of your templates.\n\n${HELP}`);
  const culture = values['default-culture'];
  const report = await lintTemplates({
    directories: paths.map(path => resolve(io.cwd, path)),
    ...(culture !== undefined && { defaultCulture: culture }),
    ...(values.helper && { helpers: values.helper }),
    ...(values.clients && { clients: readMailClients(values.clients, HELP) }),
  });
  io.stdout.write(values.json ? asJson(report, io.cwd) : asText(report, styleFor(io.stdout, io.env), io.cwd));
  const failing: readonly LintSeverity[] = values.strict ? ['error', 'warning'] : ['error'];
  return report.findings.some(({ severity }) => failing.includes(severity)) ? 1 : 0;
}

function asJson({ findings, templates, files }: LintReport, cwd: string): string {
  const summary = {
    errors: count(findings, 'error'),
    warnings: count(findings, 'warning'),
    hints: count(findings, 'hint'),
    templates,
    files,
  };
  const shown = findings.map(finding => ({ ...finding, file: shownPath(finding.file, cwd) }));
  return jsonDocument({ findings: shown, summary });
}

function asText({ findings, templates, files }: LintReport, style: Style, cwd: string): string {
  const lines: string[] = [];
  let file: string | undefined;
  for (const finding of findings) {
    if (finding.file !== file) {
      if (file !== undefined) lines.push('');
      lines.push(style.bold(shownPath(finding.file, cwd)));
    }
    ({ file } = finding);
    const [first = '', ...more] = finding.message.split('\n');
    const place = `${finding.line}:${finding.column}`;
    const paint = { error: style.bad, warning: style.warn, hint: style.dim }[finding.severity];
    lines.push(
      `  ${place.padEnd(8)} ${paint(finding.severity.padEnd(7))}  ${first} ${style.dim(`(${finding.rule})`)}`,
    );
    lines.push(...more.map(line => `           ${line}`));
  }
  if (lines.length > 0) lines.push('');
  const found = (['error', 'warning', 'hint'] as const).map(severity =>
    plural(count(findings, severity), severity),
  );
  const looked = `${plural(templates, 'template')} (${plural(files, 'file')})`;
  lines.push(
    findings.length === 0 ? style.good(`Nothing found in ${looked}.`) : `${found.join(', ')} in ${looked}.`,
  );
  return `${lines.join('\n')}\n`;
}

function count(findings: readonly LintFinding[], severity: LintSeverity): number {
  return findings.filter(finding => finding.severity === severity).length;
}

function plural(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** As an editor opens it from the working directory. */
function shownPath(file: string, cwd: string): string {
  const path = relative(cwd, file);
  return path === '' || path.startsWith('..') ? file : path;
}
