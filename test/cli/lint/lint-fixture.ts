import { relative, sep } from 'node:path';
import type { LintFinding } from '../../../lib/cli/lint/finding.js';
import type { LintOptions } from '../../../lib/cli/lint/lint-templates.js';
import { lintTemplates } from '../../../lib/cli/lint/lint-templates.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

/** A template that nothing can be said against; `html.hbs` of it may be replaced. */
export const CLEAN = { 't/subject.hbs': 's', 't/text.hbs': 't', 't/html.hbs': '<p>x</p>' };

/** Folders of templates that are linted; `clean` belongs into `afterEach`. */
export class LintFixture {
  readonly #directories: TemporaryDirectory[] = [];

  /** A new folder of templates. */
  directory(files: Readonly<Record<string, string | Uint8Array>>): TemporaryDirectory {
    const directory = temporaryDirectory();
    this.#directories.push(directory);
    for (const [name, content] of Object.entries(files)) directory.write(name, content);
    return directory;
  }

  /** What is found in one folder with these files; their paths are those below the folder. */
  async findings(
    files: Readonly<Record<string, string | Uint8Array>>,
    options: Partial<LintOptions> = {},
  ): Promise<LintFinding[]> {
    const { path } = this.directory(files);
    const report = await lintTemplates({ directories: [path], ...options });
    return report.findings.map(finding => ({
      ...finding,
      file: relative(path, finding.file).split(sep).join('/'),
    }));
  }

  /** The same in one line each: `severity rule file:line:column`. */
  async lines(
    files: Readonly<Record<string, string | Uint8Array>>,
    options: Partial<LintOptions> = {},
  ): Promise<string[]> {
    return (await this.findings(files, options)).map(lineOf);
  }

  /** What is found in the html part of a template that has no other fault: `severity rule line:column`. */
  async html(source: string, more: Readonly<Record<string, string>> = {}): Promise<string[]> {
    const lines = await this.lines({ ...CLEAN, 't/html.hbs': source, ...more });
    return lines.map(line => line.replace('t/html.hbs:', ''));
  }

  /** Removes all folders. */
  clean(): void {
    for (const directory of this.#directories.splice(0)) directory.remove();
  }
}

/** A finding in one line. */
export function lineOf({ severity, rule, file, line, column }: LintFinding): string {
  return `${severity} ${rule} ${file}:${line}:${column}`;
}
