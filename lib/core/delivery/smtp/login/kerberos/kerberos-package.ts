import { messageOf } from '../../../../errors/error-facts.js';

/** What is used of a client of the package `kerberos`. Texts are base64. */
export interface KerberosClient {
  readonly username: string | undefined;
  readonly contextComplete: boolean;
  step(challenge: string): Promise<string>;
  wrap(challenge: string, options?: object): Promise<string>;
  unwrap(challenge: string): Promise<string>;
}

/** What is used of the package `kerberos`, which nobody installs but those who need it. */
export interface KerberosPackage {
  readonly GSS_MECH_OID_KRB5: number;
  initializeClient(service: string, options: { readonly mechOID: number }): Promise<KerberosClient>;
}

/** Why nobody can sign in by Kerberos here; its message completes "UseDefaultCredentials: …". */
export class KerberosMissingError extends Error {
  override readonly name = 'KerberosMissingError';
}

/**
 * Loads the package `kerberos`.
 *
 * @throws {@link KerberosMissingError} when it cannot be loaded
 */
export async function loadKerberos(): Promise<KerberosPackage> {
  // Not as a literal: its part in C++ can stand in no bundle, and is loaded from node_modules beside it.
  const name = 'kerberos';
  let loaded: unknown;
  try {
    loaded = await import(/* webpackIgnore: true */ name);
  } catch (cause) {
    throw new KerberosMissingError(`is true, which needs the package kerberos: ${howToInstall(cause)}`, {
      cause,
    });
  }
  const found = [loaded, defaultOf(loaded)].find(isKerberos);
  if (!found)
    throw new KerberosMissingError('needs version 7 of the package kerberos: npm install kerberos@7');
  return found;
}

/** The package may be there without its part in C++, which is compiled when it is installed. */
function howToInstall(cause: unknown): string {
  const message = messageOf(cause);
  if (/Cannot find (?:package|module) 'kerberos'/.test(message)) return 'npm install kerberos';
  const [line = ''] = message.split('\n');
  return `it is installed but cannot be loaded (${line.slice(0, 200)}); npm rebuild kerberos, with the headers of Kerberos there (Debian: libkrb5-dev)`;
}

function defaultOf(loaded: unknown): unknown {
  return typeof loaded === 'object' && loaded !== null ? Reflect.get(loaded, 'default') : undefined;
}

function isKerberos(loaded: unknown): loaded is KerberosPackage {
  return (
    typeof loaded === 'object' &&
    loaded !== null &&
    'initializeClient' in loaded &&
    typeof loaded.initializeClient === 'function' &&
    'GSS_MECH_OID_KRB5' in loaded &&
    typeof loaded.GSS_MECH_OID_KRB5 === 'number'
  );
}
