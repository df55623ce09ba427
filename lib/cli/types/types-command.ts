import { dirname, resolve } from 'node:path';
import type { CommandIo } from '../command-io.js';
import { readArguments } from '../command-line.js';
import type { GeneratedFile } from '../generated-file.js';
import { readGenerated, writeGenerated } from '../generated-file.js';
import type { Style } from '../style.js';
import { styleFor } from '../style.js';
import { jsonDocument } from '../text-output.js';
import { UsageError } from '../usage-error.js';
import type { DeclarationChange } from './declaration-changes.js';
import { declarationChanges, isSameText } from './declaration-changes.js';
import { declarationFile, MARK } from './declaration-file.js';
import { analyseTemplates } from './inference/analyse-templates.js';
import type { TemplateAnalysis } from './inference/template-analysis.js';

const HELP = `Usage: nest-mailroom types <directory...> [options]

Reads the templates of the directories, which are searched in order as the module does, and writes a TypeScript file
that says which there are and what the context of each must hold. With it in the program, send() and render() take no
other names and no context that lacks a variable. Without it they take any.

Options:
  -o, --output FILE         the file to write, such as mail-templates.d.ts (default: the standard output)
  --check                   write nothing; say what differs when the file is stale
  --default-culture NAME    the module's option defaultCulture (default: en)
  --helper NAME             a helper of yours that templates call without arguments; may be repeated
  --json                    what was found as JSON
  --help                    this text

Exit code: 0 when the file is as it should be; 1 when --check found it stale, or when a template has a syntax error (all
others are written); 2 when the command line is wrong, or the directories hold no templates.
`;

const OPTIONS = {
  output: { type: 'string', short: 'o' },
  check: { type: 'boolean', default: false },
  'default-culture': { type: 'string' },
  helper: { type: 'string', multiple: true },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const WITHOUT_CHECK = 'Run the command again without --check.';

type FileState = 'written' | 'unchanged' | 'current' | 'stale' | 'missing';

interface Outcome {
  readonly analysis: TemplateAnalysis;
  /** What the file holds, or should hold. */
  readonly text: string;
  /** Undefined when there is no file. */
  readonly state: FileState | undefined;
  readonly changes: readonly DeclarationChange[];
}

/** `nest-mailroom types`. Returns the exit code. */
export async function typesCommand(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = readArguments(args, OPTIONS, HELP);
  const { output, check, json } = values;
  if (values.help) {
    io.stdout.write(HELP);
    return 0;
  }
  if (positionals.length === 0) throw new UsageError(`Name the directory of the templates.\n\n${HELP}`);
  if (check && output === undefined) throw new UsageError('--check needs the file to check: -o FILE.');
  const analysis = analyseTemplates(
    positionals.map(path => resolve(io.cwd, path)),
    {
      ...(values['default-culture'] !== undefined && { defaultCulture: values['default-culture'] }),
      ...(values.helper && { helpers: values.helper }),
    },
  );
  if (!analysis.templates.some(({ files }) => files.some(file => !file.builtIn)))
    throw new UsageError(
      `There is no template in ${positionals.join(' or ')}. A template is a folder that holds its parts: welcome/subject.en.hbs, welcome/html.en.hbs.`,
    );
  const outcome = settle(analysis, output, { check, cwd: io.cwd });
  if (json) io.stdout.write(jsonDocument(asJson(outcome, output)));
  else report(outcome, output, io);
  const broken = analysis.problems.some(({ level }) => level === 'error');
  return broken || outcome.state === 'stale' || outcome.state === 'missing' ? 1 : 0;
}

function settle(
  analysis: TemplateAnalysis,
  output: string | undefined,
  { check, cwd }: { readonly check: boolean; readonly cwd: string },
): Outcome {
  const text = declarationFile(analysis, output === undefined ? cwd : dirname(resolve(cwd, output)));
  if (output === undefined) return { analysis, text, state: undefined, changes: [] };
  const generated: GeneratedFile = {
    file: output,
    cwd,
    isOwn: old => old.startsWith(MARK),
    isSame: isSameText,
  };
  if (!check) {
    const state = writeGenerated(generated, text) ? 'written' : 'unchanged';
    return { analysis, text, state, changes: [] };
  }
  const old = readGenerated(generated);
  if (old === undefined) return { analysis, text, state: 'missing', changes: [] };
  const state = isSameText(old, text) ? 'current' : 'stale';
  return { analysis, text, state, changes: declarationChanges(old, text) };
}

function report(
  { analysis, text, state, changes }: Outcome,
  output: string | undefined,
  { stdout, stderr, env }: CommandIo,
): void {
  const loud = styleFor(stderr, env);
  for (const { level, message } of analysis.problems)
    stderr.write(`${level === 'error' ? loud.bad('error') : loud.warn('warning')} ${message}.\n`);
  const count = analysis.templates.length;
  const templates = `${count} ${count === 1 ? 'template' : 'templates'}`;
  const style = styleFor(stdout, env);
  if (output === undefined) stdout.write(text);
  else if (state === 'missing')
    stdout.write(`${style.bad('missing')} ${output} does not exist. ${WITHOUT_CHECK}\n`);
  else if (state === 'stale') {
    stdout.write(`${style.bad('stale')} ${output} is not what the templates need:\n`);
    stdout.write(changes.map(change => describe(change, style)).join(''));
    stdout.write(`${WITHOUT_CHECK}\n`);
  } else if (state === 'written') stdout.write(`${output} written: ${templates}.\n`);
  else stdout.write(`${output} is up to date: ${templates}.\n`);
}

function describe({ template, kind, old, new: wanted }: DeclarationChange, style: Style): string {
  const what = template ?? 'the head of the file';
  if (kind === 'added' && template !== undefined) return `  ${style.good('+')} ${what}: is new\n`;
  if (kind === 'removed') return `  ${style.bad('-')} ${what}: is gone\n`;
  const lines = [
    ...old.map(line => `      ${style.bad('-')} ${line}\n`),
    ...wanted.map(line => `      ${style.good('+')} ${line}\n`),
  ];
  return `  ${style.warn('~')} ${what}:\n${lines.join('')}`;
}

function asJson({ analysis, text, state, changes }: Outcome, output: string | undefined): object {
  return {
    ...(output === undefined ? { text } : { file: output, state }),
    templates: analysis.templates.map(({ name, files, broken }) => ({
      name,
      typed: broken.length === 0,
      files: files.map(({ file }) => file),
    })),
    problems: analysis.problems,
    ...(state === 'stale' && { changes }),
  };
}
