import { isSecret } from '../../redaction/may-be-secret.js';
import { credentialProblem } from '../credential-problem.js';
import type { SettingParser } from '../setting-parsers.js';
import { SettingValueError, text } from '../setting-parsers.js';

/** Longest id of an application and longest name of a scope; refresh tokens are longer. */
const LONGEST_ID = 255;

/**
 * Reads a secret that is one line: a client secret, a refresh token.
 *
 * @throws {@link SettingValueError} with words that hold nothing of it
 */
export function secretLine(content: string): string {
  const problem = credentialProblem(content);
  if (problem !== undefined) throw new SettingValueError(problem);
  if (content.trim() !== content || content === '')
    throw new SettingValueError('holds a blank at its beginning or end; copy it again');
  return content;
}

/** Reads the id of a client (RFC 6749 2.2); no words show it, as the secret may stand in its place. */
export const clientId: SettingParser<string> = value => {
  const written = text(value).replace(/^ +| +$/g, '');
  if (isSecret(written) || written.length > LONGEST_ID)
    throw new SettingValueError('must be the id of the application, but holds what seems to be a secret');
  const problem = credentialProblem(written);
  if (problem !== undefined) throw new SettingValueError(`must be the id of the application, but ${problem}`);
  if (written === '') throw new SettingValueError('must be the id of the application');
  return written;
};

/** Reads what a token is asked for: names with one blank between them (RFC 6749 3.3). */
export const scope: SettingParser<string> = value => {
  const names = text(value)
    .split(' ')
    .filter(name => name !== '');
  if (names.some(name => isSecret(name) || name.length > LONGEST_ID))
    throw new SettingValueError('must be what the token is for, but holds what seems to be a secret');
  if (names.length === 0 || !names.every(name => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(name)))
    throw new SettingValueError(
      'must be what the token is for, such as https://mail.google.com/: names of ASCII characters, with a blank between two of them',
    );
  return names.join(' ');
};

/** One of a few names, in any case. What else was written is shown only if it cannot be a secret: words without digits. */
export function nameOf<const T extends string>(allowed: readonly T[]): SettingParser<T> {
  return value => {
    const written = typeof value === 'string' ? value.trim() : '';
    const match = allowed.find(name => name.toLowerCase() === written.toLowerCase());
    if (match !== undefined) return match;
    const but = /^[a-z]+(?:[ _:-][a-z]+)+$/i.test(written) ? `, but is "${written}"` : '';
    throw new SettingValueError(`must be one of ${allowed.join(', ')}${but}`);
  };
}
