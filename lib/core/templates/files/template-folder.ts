import type { Utf8Text } from '../../text/utf8.js';

/**
 * A folder of templates, wherever its files are: on the disk, in the option `sources`, or among the built-in ones. Paths are
 * relative to the folder and written with `/`.
 */
export interface TemplateFolder {
  /** What messages call it: its absolute path, `sources`, or its place in this package. */
  readonly name: string;
  /** Whether it belongs to the package and not to the application. */
  readonly builtIn: boolean;
  /** Whether its files lie on the disk of the machine where the application runs. */
  readonly isOnDisk: boolean;
  /** What messages call a file of it, or a folder in it. */
  nameOf(path: string): string;
  /** The path of a file that messages call so; undefined for a file of another folder. */
  pathOf(name: string): string | undefined;
  /**
   * The paths of the files in it and in the folders below, sorted.
   *
   * @throws {@link MailTemplateError} `EMAILTEMPLATEDIRECTORY` when it is not there
   */
  files(): string[];
  /**
   * The names of the files that stand in one folder of it, sorted; none where there is no such folder.
   *
   * @throws what reading the disk throws
   */
  filesIn(path: string): string[];
  /**
   * The text of a file, without a byte order mark.
   *
   * @throws what reading the disk throws, when it is not there too
   */
  text(path: string): Utf8Text;
  /**
   * What a file holds; undefined where there is none.
   *
   * @throws what reading the disk throws
   */
  octets(path: string): Buffer | undefined;
}
