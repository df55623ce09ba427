/** A command of the command line. */
export interface Command {
  /** What `nest-mailroom --help` says of it. */
  readonly summary: string;
  /** Loads it; a command costs nothing before it is used. Runs it with what stands behind its name, and returns the exit code. */
  readonly load: () => Promise<(args: readonly string[]) => Promise<number>>;
}

/** All commands, by their names; a name may be two words. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  preview: {
    summary: 'shows templates in the browser while they are written',
    load: async () => (await import('./preview-command.js')).previewCommand,
  },
  relay: {
    summary: 'empties a pickup directory: hands its mails to the SMTP server of the settings',
    load: async () => (await import('./relay-command.js')).relayCommand,
  },
};
