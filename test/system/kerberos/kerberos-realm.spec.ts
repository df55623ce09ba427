import { describe, expect, it } from '@jest/globals';
import { rejection } from '../../support/rejection.js';
import { KerberosRealm, PARTS } from './kerberos-realm.js';

describe('A realm for the tests', () => {
  it.each([
    ['the package kerberos', { peer: '/nonexistent/kerberos' }, 'npm ci --prefix test/kerberos'],
    ['GSSAPI for Dovecot', { mechanism: '/nonexistent/libmech_gssapi.so' }, 'apt-get install dovecot-gssapi'],
  ])('without %s makes the tests fail and says how to install it', async (_, missing, howTo) => {
    expect(String(await rejection(KerberosRealm.start({ ...PARTS, ...missing })))).toContain(howTo);
  });
});
