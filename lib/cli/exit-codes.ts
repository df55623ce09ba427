/** Exit code for a wrong command line, and for settings or templates that cannot be used. */
export const UNUSABLE = 2;

/** Exit code that a shell expects of a program that Ctrl-C has ended. */
export const INTERRUPTED = 130;
