import type { CommandIo } from './command-io.js';

/** Runs a command with the words behind its name. Returns the exit code. */
export type RunCommand = (args: readonly string[], io: CommandIo) => Promise<number>;

/** A command of the command line. */
export interface Command {
  /** What `nest-mailroom --help` says of it. */
  readonly summary: string;
  /** Loads its module: the others are not loaded. */
  readonly load: () => Promise<RunCommand>;
}

/** All commands, by their names; a name may be two words. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  check: {
    summary: 'explains the mail settings, and tests whether mails can leave with them',
    load: async () => (await import('./check/check-command.js')).checkCommand,
  },
  'send-test': {
    summary: 'sends one mail as an application would, and says what became of it',
    load: async () => (await import('./send-test/send-test-command.js')).sendTestCommand,
  },
  preview: {
    summary: 'shows templates in the browser while they are written',
    load: async () => (await import('./preview/preview-command.js')).previewCommand,
  },
  relay: {
    summary: 'empties a pickup directory: hands its mails to the SMTP server of the settings',
    load: async () => (await import('./relay/relay-command.js')).relayCommand,
  },
  queue: {
    summary: 'looks after a mail queue: what waits, what has failed, and trying it again',
    load: async () => (await import('./queue/queue-command.js')).queueCommand,
  },
  types: {
    summary:
      'writes the TypeScript types of templates, so that wrong names and missing variables do not compile',
    load: async () => (await import('./types/types-command.js')).typesCommand,
  },
  'templates lint': {
    summary: 'looks for what is wrong with mail templates',
    load: async () => (await import('./lint/templates-lint-command.js')).templatesLintCommand,
  },
  'templates bundle': {
    summary: 'writes mail templates into a module, for an application that a bundler makes one file of',
    load: async () => (await import('./bundle/templates-bundle-command.js')).templatesBundleCommand,
  },
};
