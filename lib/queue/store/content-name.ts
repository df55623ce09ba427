/** Octets of a UUID in its usual writing, which ends every name. */
const TOKEN_LENGTH = 36;

/**
 * What the bytes of one send are called outside their job. A second send with the same id has another name, so that it can
 * neither replace the bytes that wait nor remove them.
 *
 * @param token that of the job, a UUID
 */
export function contentName(jobId: string, token: string): string {
  return `${jobId}-${token}`;
}

/** The id of the job that a name belongs to, for the sweep of bytes whose job is gone; undefined for a name of another kind. */
export function jobIdOfContent(name: string): string | undefined {
  const end = name.length - TOKEN_LENGTH - 1;
  return end > 0 && name[end] === '-' ? name.slice(0, end) : undefined;
}
