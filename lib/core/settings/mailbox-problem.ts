/**
 * Why a mailbox cannot be named beside an access token; undefined when it can. A control character ends it in what is sent
 * (RFC 7628 3.1); an invisible one, as it comes with an address copied from a page, makes another mailbox of it.
 */
export function mailboxProblem(mailbox: string): string | undefined {
  if (/\p{Cc}/u.test(mailbox)) return 'must not hold control characters, which would end it beside a token';
  if (/[\p{Cf}\p{Zl}\p{Zp}]/u.test(mailbox))
    return 'must not hold invisible characters; write it again, letter by letter';
  return undefined;
}
