/** The mechanism of SASL that signs in by Kerberos 5 (RFC 4752). */
export const GSSAPI = 'GSSAPI';
