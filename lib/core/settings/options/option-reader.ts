/** Told of what is wrong with an option: its path, such as `smtp.proxy`, and words that complete "path: …". */
export type ReportOption = (key: string, message: string) => void;

/**
 * Reads the value of one option that a developer gave in code.
 *
 * @returns what can be used; undefined, once it has told why, when nothing can
 */
export type OptionReader = (value: unknown, key: string, report: ReportOption) => unknown;

/** A reader for each key of an option object. `satisfies Record<keyof Type, OptionReader>` holds it against its type. */
export type OptionTable = Readonly<Record<string, OptionReader>>;
