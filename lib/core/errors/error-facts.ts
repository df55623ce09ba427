/**
 * Whether something thrown is an error. Not `instanceof Error`: errors of Node's core come from another realm where
 * code runs in a sandbox, as it does under Jest.
 */
export function isErrorLike(error: unknown): error is Error {
  return (
    typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string'
  );
}

/** Whether an error has a name, or wraps one that has: deliveries wrap what has ended the reading of a mail. */
export function isOrComesFrom(error: unknown, name: string): boolean {
  if (!isErrorLike(error)) return false;
  return error.name === name || (isErrorLike(error.cause) && error.cause.name === name);
}

/** The message of something thrown; what the permission model of Node.js has refused is said with the flag that is missing. */
export function messageOf(error: unknown): string {
  try {
    return isErrorLike(error) ? (deniedWords(error) ?? error.message) : String(error);
  } catch {
    // A proxy, an object without a prototype, one whose toString throws: anything can be thrown.
    return 'something that is no error was thrown';
  }
}

/** What Node.js calls the access that it refuses, and the flag that gives it. */
const ACCESS_FLAGS: ReadonlyMap<unknown, string> = new Map([
  ['FileSystemRead', '--allow-fs-read'],
  ['FileSystemWrite', '--allow-fs-write'],
]);

/**
 * Says which access the permission model of Node.js (`--permission`) has refused; undefined for any other error. Its own message
 * names neither the path nor the flag.
 *
 * @param folder what is needed with all that is in it, whatever path was asked for. @default the path alone
 */
export function deniedWords(error: unknown, folder?: string): string | undefined {
  if (errnoOf(error) !== 'ERR_ACCESS_DENIED' || !isErrorLike(error)) return undefined;
  const flag = 'permission' in error ? ACCESS_FLAGS.get(error.permission) : undefined;
  const path = 'resource' in error && typeof error.resource === 'string' ? error.resource : '';
  if (flag === undefined || path === '') return undefined;
  const needed = folder === undefined ? path : `${folder}/`;
  return `${path} is kept from this process by the permission model of Node.js; start it with ${flag}=${needed}`;
}

/** The code of a system error, such as `ENOSPC`; undefined when it has none. */
export function errnoOf(error: unknown): string | undefined {
  return isErrorLike(error) && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
