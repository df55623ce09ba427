import type { MailSettingsProblem } from '../../../errors/mail-settings-error.js';
import { isOptionObject } from '../../../settings/options/value-kind.js';
import { TOKEN_OPTIONS } from './auth-option.js';
import { loginWay } from './login-way.js';
import type { OAuth2Auth } from './oauth2/oauth2-auth.js';
import { pemOf } from './oauth2/private-key-pem.js';

const AUTH = 'smtp.auth';
/** Any one of them leads to a token. */
const TOKEN_SOURCES = ['accessToken', 'refreshToken', 'serviceClient', 'provisionCallback'];

/**
 * What a login in code lacks, so that no server could accept it. Asked only where something is connected to: elsewhere, as
 * in a test, an application may start without its secrets.
 *
 * @param auth the option `smtp.auth`
 * @param customAuth the option `smtp.customAuth`
 * @param username the setting `Username`
 */
export function missingCredentials(
  auth: object,
  customAuth: object,
  username: string | undefined,
): MailSettingsProblem[] {
  switch (loginWay(auth, customAuth)) {
    case 'token':
      return [...missingToken(auth), ...missingMailbox(auth, username)];
    case 'password':
      return missingPassword(auth);
    default:
      return [];
  }
}

function missingMailbox(auth: object, username: string | undefined): MailSettingsProblem[] {
  if (username !== undefined || isGiven(auth, 'user')) return [];
  return [{ key: `${AUTH}.user`, message: 'is missing or empty; set the mailbox here, or in Username' }];
}

function missingToken(auth: object): MailSettingsProblem[] {
  if (!TOKEN_SOURCES.some(name => isGiven(auth, name))) {
    const message = `has neither an ${TOKEN_SOURCES.join(' nor a ')}; one of them must lead to a token`;
    return [{ key: AUTH, message }];
  }
  if (!isGiven(auth, 'serviceClient')) return [];
  if (isGiven(auth, 'privateKey')) return unreadableKey(Reflect.get(auth, 'privateKey'));
  return [{ key: `${AUTH}.privateKey`, message: 'is missing or empty; a login by serviceClient needs it' }];
}

function unreadableKey(key: NonNullable<OAuth2Auth['privateKey']>): MailSettingsProblem[] {
  try {
    pemOf(key);
    return [];
  } catch {
    // Not the message: it may quote what it has read.
    return [{ key: `${AUTH}.privateKey`, message: 'cannot be read as a private key in PEM' }];
  }
}

function missingPassword(auth: object): MailSettingsProblem[] {
  const nested: unknown = Reflect.get(auth, 'credentials');
  const places = isOptionObject(nested) ? [auth, nested] : [auth];
  const missing = ['user', 'pass'].filter(name => !places.some(place => isGiven(place, name)));
  if (missing.length === 0) return [];
  const type: unknown = Reflect.get(auth, 'type');
  const meansToken =
    (typeof type === 'string' && /oauth/i.test(type)) || TOKEN_OPTIONS.some(name => isGiven(auth, name));
  if (meansToken)
    return [{ key: `${AUTH}.type`, message: 'must be "OAuth2" for a login by an access token' }];
  return missing.map(name => ({
    key: `${AUTH}.${name}`,
    message: 'is missing or empty; a login needs a user and a password',
  }));
}

/** Whether a field has something in it. One with a getter, or of a class, may have it later. */
function isGiven(owner: object, name: string): boolean {
  const property = Object.getOwnPropertyDescriptor(owner, name);
  if (property ? property.get : name in owner) return true;
  const value: unknown = property?.value;
  return value !== undefined && value !== null && value !== '';
}
