import { expect, it } from '@jest/globals';
import type { CertificateFacts } from '../../../lib/cli/check/certificate-facts.js';
import { certificateStep } from '../../../lib/cli/check/certificate-step.js';

const GOOD: CertificateFacts = {
  protocol: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  subject: 'mail.contoso.com',
  names: ['mail.contoso.com'],
  issuer: 'Contoso CA',
  validFrom: '2026-01-01T00:00:00.000Z',
  validTo: '2027-01-01T00:00:00.000Z',
  daysLeft: 100,
  selfSigned: false,
  nameMatches: true,
  trusted: true,
};
const named = (key: string): string => key.toUpperCase();

it.each([
  [30, 'ok', '30 days left'],
  [29, 'warning', '29 days left'],
  [1, 'warning', '1 day left'],
  [0, 'warning', '0 days left'],
] as const)('%s days before its end a certificate is %s', (daysLeft, status, words) => {
  const step = certificateStep({ ...GOOD, daysLeft }, 'mail.contoso.com', named);
  expect(step).toMatchObject({ status, message: expect.stringContaining(words) });
});

it('A certificate above one that is valid can have expired', () => {
  const facts = { ...GOOD, trusted: false, problem: 'CERT_HAS_EXPIRED' };
  expect(certificateStep(facts, 'mail.contoso.com', named)).toMatchObject({
    status: 'failed',
    message: expect.stringMatching(/^A certificate of an authority above it has expired/),
    advice: expect.stringContaining('certificates of its authorities'),
  });
});

it('A certificate without alternative names is told by its subject', () => {
  const facts = { ...GOOD, names: [], nameMatches: false };
  expect(certificateStep(facts, 'other.contoso.com', named)).toMatchObject({
    status: 'failed',
    message: expect.stringContaining('for mail.contoso.com (no alternative names)'),
    advice: expect.stringContaining('Set HOST to mail.contoso.com'),
  });
});

it('A reason of OpenSSL that nobody has words for is told as it is', () => {
  const facts = { ...GOOD, trusted: false, problem: 'CERT_REVOKED' };
  const { message, status } = certificateStep(facts, 'mail.contoso.com', named);
  expect({ message, status }).toEqual({
    status: 'failed',
    message: expect.stringContaining('does not trust the certificate: CERT_REVOKED'),
  });
  expect(certificateStep(undefined, 'mail.contoso.com', named)).toMatchObject({ status: 'failed' });
});
