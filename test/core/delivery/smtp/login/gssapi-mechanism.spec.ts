import { describe, expect, it } from '@jest/globals';
import { authenticate } from '../../../../../lib/core/delivery/smtp/login/authenticate.js';
import { beginGssapi } from '../../../../../lib/core/delivery/smtp/login/kerberos/gssapi-mechanism.js';
import type { GssapiRun } from '../../../../../lib/core/delivery/smtp/login/kerberos/gssapi-mechanism.js';
import { KerberosError } from '../../../../../lib/core/delivery/smtp/login/kerberos/kerberos-error.js';
import type {
  KerberosClient,
  KerberosPackage,
} from '../../../../../lib/core/delivery/smtp/login/kerberos/kerberos-package.js';
import { rejection } from '../../../../support/rejection.js';

const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');

/** Stands in for the native library, which wants a KDC: the suite for Kerberos tries the real one. */
function library(layers: readonly number[] = [1, 0, 0, 0], ticket = 'ticket'): KerberosPackage {
  const client = (): KerberosClient => {
    let isComplete = false;
    return {
      username: 'ann@CONTOSO.TEST',
      get contextComplete() {
        return isComplete;
      },
      step: async challenge => {
        if (challenge === '') return base64(ticket);
        if (challenge !== base64('proof')) throw new Error('Invalid token was supplied');
        isComplete = true;
        return '';
      },
      unwrap: async () => Buffer.from(layers).toString('base64'),
      wrap: async challenge => base64(`wrapped ${Buffer.from(challenge, 'base64').toString('hex')}`),
    };
  };
  return { GSS_MECH_OID_KRB5: 9, initializeClient: async () => client() };
}

const begin = (kerberos = library()): Promise<GssapiRun> => beginGssapi(kerberos, 'smtp@mail.contoso.test');

/** Runs it against a server that answers so, one after the other; gives what was said to it. */
async function against(
  run: GssapiRun,
  replies: readonly string[],
): Promise<{ said: string[]; isTaken: boolean }> {
  const said: string[] = [];
  const left = [...replies];
  const isTaken = await authenticate(
    async line => {
      said.push(line);
      return left.shift() ?? '535 5.7.8 no more to say';
    },
    [run.mechanism],
    () => {},
  );
  return { said, isTaken };
}

const PROOF = `334 ${base64('proof')}`;
const LAYERS = `334 ${base64('layers')}`;
const AGREED = base64('wrapped 01000000');

describe('A sign-in by GSSAPI', () => {
  it('says its ticket, hears the proof of the server and agrees to do without a layer', async () => {
    const run = await begin();
    const { said, isTaken } = await against(run, [PROOF, LAYERS, '235 2.7.0 welcome']);
    expect(said).toEqual([`AUTH GSSAPI ${base64('ticket')}`, '', AGREED]);
    expect([isTaken, run.isComplete(), run.account()]).toEqual([true, true, 'ann@CONTOSO.TEST']);
  });

  it('says its ticket again where the server did not look at it', async () => {
    const { said } = await against(await begin(), ['334 ', PROOF, LAYERS, '235 2.7.0 welcome']);
    expect(said).toEqual([`AUTH GSSAPI ${base64('ticket')}`, base64('ticket'), '', AGREED]);
  });

  it('says a long ticket in a line of its own', async () => {
    const ticket = 'x'.repeat(900);
    const run = await begin(library([1, 0, 0, 0], ticket));
    const { said } = await against(run, ['334 ', PROOF, LAYERS, '235 2.7.0 welcome']);
    expect(said).toEqual(['AUTH GSSAPI', base64(ticket), '', AGREED]);
  });

  it.each([
    ['at once', ['235 2.7.0 welcome']],
    ['after its proof', [PROOF, '235 2.7.0 welcome']],
  ])('is not complete when the server welcomes %s', async (_, replies) => {
    const run = await begin();
    expect((await against(run, replies)).isTaken).toBe(true);
    expect(run.isComplete()).toBe(false);
  });

  it('is left when the server goes on asking', async () => {
    const { said, isTaken } = await against(await begin(), [
      PROOF,
      ...Array.from({ length: 20 }, () => LAYERS),
    ]);
    expect(said).toEqual([`AUTH GSSAPI ${base64('ticket')}`, '', AGREED, '*']);
    expect(isTaken).toBe(false);
  });

  it.each([
    ['wants a layer of its own', [4, 0, 0, 0], [PROOF, LAYERS], /security layer/],
    ['says too little of its layers', [1], [PROOF, LAYERS], /security layer/],
    ['says what is no proof', [1, 0, 0, 0], [`334 ${base64('nonsense')}`], /Invalid token/],
  ])('fails with words when the server %s', async (_, layers, replies, words) => {
    const error = await rejection(against(await begin(library(layers)), replies));
    expect(error).toBeInstanceOf(KerberosError);
    expect((error as Error).message).toMatch(words);
  });
});
