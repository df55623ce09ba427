/** Base64 in one of its two alphabets, as long as 30 octets: the shortest private keys have 32. */
const BASE64 = /[A-Za-z0-9+/]{40,}|[\w-]{40,}/g;
/** Length from which keys in base64 have two small letters, two capitals and two digits: all begin with some. */
const MIXED = 20;
const KINDS = [/[a-z].*[a-z]/, /[A-Z].*[A-Z]/, /\d.*\d/];
/**
 * Secrets that tell themselves by their beginning: client secrets of Microsoft Entra and Google, refresh and access tokens of
 * Google, JWTs (RFC 7519).
 */
const TOKEN = /\dQ~[\w~.-]{20}|\bGOCSPX-|\b1\/\/0[\w-]{10}|\bya29\.|\beyJ[\w-]{10,}\./;
/** Stands for a value that is not shown. */
const HIDDEN = 'a text that is not shown, as it may be a key';

/** The name of a setting or an option, made safe to print: nobody knows what a name may hold that is not known. */
export function shownName(name: string): string {
  return mayBeKey(name) ? '***' : name;
}

/** Whether something that should be a short name may be a private key: it has a long word. */
export function mayBeKey(text: string): boolean {
  return text.includes('BEGIN') || text.match(BASE64) !== null || TOKEN.test(text);
}

/** Words for a value that may be a private key in the wrong place; undefined for one that may be shown. */
export function hiddenWords(value: unknown): string | undefined {
  return typeof value === 'string' && (value.includes('BEGIN') || TOKEN.test(value) || holdsMixedWord(value))
    ? HIDDEN
    : undefined;
}

/** Whether a text holds a secret that tells itself by its beginning. */
export function isSecret(text: string): boolean {
  return text.includes('-----BEGIN') || TOKEN.test(text);
}

/** Whether what should be an id or an address may be a secret: a part of it is long and has all kinds of characters. */
export function mayBeToken(text: string): boolean {
  return (
    hiddenWords(text) !== undefined ||
    text.split(/[\s/?&:@]+/).some(part => part.length >= MIXED && KINDS.every(kind => kind.test(part)))
  );
}

/**
 * Whether the path of a file may be the secret that the file should hold. A word without `/`, `\` and `.` may be a
 * password, and so may one behind `/./`: it was such a word before a folder was set before it.
 */
export function mayBeSecretPath(path: string): boolean {
  return (
    path.includes('BEGIN') ||
    TOKEN.test(path) ||
    !/[\\/.]/.test(path) ||
    /[\\/]\.[\\/][^\\/.]*$/.test(path) ||
    holdsMixedWord(path)
  );
}

/** Paths and host names consist of characters of base64, too, but seldom of all kinds of them between two slashes. */
function holdsMixedWord(text: string): boolean {
  return (text.match(BASE64) ?? [])
    .flatMap(run => run.split('/'))
    .some(part => part.length >= MIXED && KINDS.every(kind => kind.test(part)));
}
