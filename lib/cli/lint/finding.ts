/** How bad a finding is: mails fail or break, mails are worse than they could be, something to know. */
export type LintSeverity = 'error' | 'warning' | 'hint';

/** Something about a template that its author should know. */
export interface LintFinding {
  /** Name of the rule, such as `image-alt`. */
  readonly rule: string;
  readonly severity: LintSeverity;
  /** Absolute path. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1. */
  readonly column: number;
  /** What is wrong, and what to do. */
  readonly message: string;
  /** Of a rule of `client-support`: the mail clients that lack what is written there. */
  readonly clients?: readonly string[];
  /** Of a rule of `client-support`: the public page that says so. */
  readonly source?: string;
}

/** A finding about a file as a whole. */
export function fileFinding(
  file: string,
  rule: string,
  severity: LintSeverity,
  message: string,
): LintFinding {
  return { rule, severity, file, line: 1, column: 1, message };
}

/** Findings in the order of files and places. */
export function sortedFindings(findings: readonly LintFinding[]): LintFinding[] {
  return findings.toSorted(
    (one, other) =>
      compare(one.file, other.file) ||
      one.line - other.line ||
      one.column - other.column ||
      compare(one.rule, other.rule) ||
      compare(one.message, other.message),
  );
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
