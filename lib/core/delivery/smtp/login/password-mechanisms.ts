import { createHmac } from 'node:crypto';
import type { SaslMechanism } from './sasl-mechanism.js';

/** A user and a password. */
export interface PasswordCredentials {
  readonly user: string;
  readonly pass: string;
}

const MECHANISMS: ReadonlyMap<string, (credentials: PasswordCredentials) => SaslMechanism> = new Map([
  ['PLAIN', plain],
  ['LOGIN', login],
  ['CRAM-MD5', cramMd5],
]);

/** The mechanisms by which a password can be handed over, in the order in which they are tried. */
export const PASSWORD_MECHANISMS: readonly string[] = [...MECHANISMS.keys()];

/** Begins a run of a mechanism; undefined when it is none of {@link PASSWORD_MECHANISMS}. */
export function passwordMechanism(name: string, credentials: PasswordCredentials): SaslMechanism | undefined {
  return MECHANISMS.get(name)?.(credentials);
}

/** RFC 4616. Without an authorization identity, which some servers do not take. */
function plain({ user, pass }: PasswordCredentials): SaslMechanism {
  const initialResponse = `\0${user}\0${pass}`;
  const answers = [initialResponse];
  // A server that asks all the same has not looked at what came with AUTH.
  return { name: 'PLAIN', initialResponse, answer: () => answers.shift() };
}

/** Asks for user and password one after the other; what it calls them differs and is not looked at. */
function login({ user, pass }: PasswordCredentials): SaslMechanism {
  const answers = [user, pass];
  return { name: 'LOGIN', answer: () => answers.shift() };
}

/** RFC 2195. */
function cramMd5({ user, pass }: PasswordCredentials): SaslMechanism {
  let answered = false;
  return {
    name: 'CRAM-MD5',
    answer: challenge => {
      if (answered || challenge.length === 0) return undefined;
      answered = true;
      return `${user} ${createHmac('md5', pass).update(challenge).digest('hex')}`;
    },
  };
}
