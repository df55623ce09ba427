/**
 * Characters that nobody sees and that no credential has: they come along when something is copied, or written by a tool.
 * The braille blank looks empty although it is a symbol.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/u;
const RUN = new RegExp(`(?:${INVISIBLE.source})+`, 'u');
/** Characters of a run that are named. */
const MOST_NAMED = 4;

/** Whether a text holds a character that nobody sees; a blank (U+0020) is none. */
export function holdsInvisible(text: string): boolean {
  return INVISIBLE.test(text);
}

/**
 * Why a credential cannot be meant as it is written: a line break ends a line of the protocol or of a file, a control character
 * ends a field of SASL (RFC 4616, RFC 7628 3.1), and an invisible one makes another name or password of it, which the server
 * refuses without saying why.
 *
 * @returns words that complete "Key: …", with the character and its place, and nothing of the credential; undefined when it has
 * none
 */
export function credentialProblem(credential: string): string | undefined {
  const found = RUN.exec(credential);
  if (!found) return undefined;
  const characters = [...found[0]];
  const named = characters.slice(0, MOST_NAMED).map(codePointName).join(' ');
  const more = characters.length > MOST_NAMED ? ' and more' : '';
  return `holds ${kindOf(characters[0] ?? '')} (${named}${more}) ${placeOf(found, credential)}; take it out`;
}

function placeOf({ 0: run, index }: RegExpExecArray, credential: string): string {
  if (index + run.length === credential.length) return 'at its end';
  if (index === 0) return 'at its beginning';
  return `as character ${Array.from(credential.slice(0, index)).length + 1}`;
}

function kindOf(character: string): string {
  if (/[\r\n\u0085\u2028\u2029]/.test(character)) return 'a line break';
  return /\p{Cc}/u.test(character) ? 'a control character' : 'an invisible character';
}

function codePointName(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
