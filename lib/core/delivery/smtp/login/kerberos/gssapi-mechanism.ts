import type { SaslMechanism, SaslResponse } from '../sasl-mechanism.js';
import { GSSAPI } from './gssapi.js';
import { KerberosError } from './kerberos-error.js';
import { kerberosFailure } from './kerberos-failure.js';
import type { KerberosClient, KerberosPackage } from './kerberos-package.js';

/** The bit by which a server says that it can do without a security layer of GSSAPI: TLS is that layer (RFC 4752 3.3). */
const NO_LAYER = 1;
/** Octets in which server and client say which security layers they can do, and how much at a time. */
const LAYERS_LENGTH = 4;
/** More exchanges than any Kerberos needs for its context. */
const MOST_STEPS = 10;

/** A run of GSSAPI that is ready to begin, and what can be told of it. */
export interface GssapiRun {
  readonly mechanism: SaslMechanism;
  /** Principal of the account; undefined while the library does not tell. */
  readonly account: () => string | undefined;
  /** Whether the exchange has come to its end, so that the server has proved who it is. */
  readonly isComplete: () => boolean;
}

/**
 * Begins a sign-in by Kerberos (RFC 4752): gets a ticket for the server's service as the account of the process. Nothing has
 * been said to the mail server then.
 *
 * @throws {@link KerberosError} when there is no ticket
 */
export async function beginGssapi(kerberos: KerberosPackage, servicePrincipal: string): Promise<GssapiRun> {
  try {
    const client = await kerberos.initializeClient(servicePrincipal, { mechOID: kerberos.GSS_MECH_OID_KRB5 });
    const initialResponse = octets(await client.step(''));
    const state = { isAsked: false, steps: 0, isAgreed: false };
    return {
      mechanism: {
        name: GSSAPI,
        initialResponse,
        answer: answering(client, state, initialResponse, servicePrincipal),
      },
      account: () => client.username || undefined,
      isComplete: () => state.isAgreed,
    };
  } catch (error) {
    throw kerberosFailure(error, servicePrincipal);
  }
}

function answering(
  client: KerberosClient,
  state: { isAsked: boolean; steps: number; isAgreed: boolean },
  initialResponse: Buffer,
  servicePrincipal: string,
): SaslMechanism['answer'] {
  return async (challenge): Promise<SaslResponse | undefined> => {
    if (!state.isAsked) {
      state.isAsked = true;
      // A server that asks with nothing has not looked at what came with AUTH.
      if (challenge.length === 0 && !client.contextComplete) return initialResponse;
    }
    if (state.isAgreed || ++state.steps > MOST_STEPS) return undefined;
    try {
      if (!client.contextComplete) {
        const answer = await client.step(challenge.toString('base64'));
        return octets(answer);
      }
      const agreement = await withoutLayer(client, challenge);
      state.isAgreed = true;
      return agreement;
    } catch (error) {
      throw kerberosFailure(error, servicePrincipal);
    }
  };
}

/** Agrees with the server to do without a security layer, and to be nobody else than the account. */
async function withoutLayer(client: KerberosClient, challenge: Buffer): Promise<Buffer> {
  const offer = octets(await client.unwrap(challenge.toString('base64')));
  if (offer.length < LAYERS_LENGTH || ((offer[0] ?? 0) & NO_LAYER) === 0)
    throw new KerberosError(
      'the server wants a security layer of GSSAPI inside the connection, which this package does not speak; let the server do without it over TLS',
      { retryable: false },
    );
  return octets(await client.wrap(Buffer.from([NO_LAYER, 0, 0, 0]).toString('base64')));
}

function octets(base64: string | null | undefined): Buffer {
  return Buffer.from(base64 ?? '', 'base64');
}
