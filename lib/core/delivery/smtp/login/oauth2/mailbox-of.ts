/**
 * The mailbox of a sign-in by a token.
 *
 * @param auth the option `smtp.auth`
 * @param username the setting `Username`
 */
export function mailboxOf(auth: object | undefined, username: string | undefined): string {
  const user: unknown = auth && Reflect.get(auth, 'user');
  return typeof user === 'string' && user !== '' ? user : (username ?? '');
}
