/** A claimed file is not what it was when it was claimed. */
export class FileChangedError extends Error {
  override readonly name = 'FileChangedError';
}
