import type { CertificateFacts } from './certificate-facts.js';
import type { DiagnosisStep } from './diagnosis-step.js';

/** A certificate that expires sooner deserves a warning. */
const SOON_DAYS = 30;

/**
 * What is to be said of a certificate.
 *
 * @param host the host of the settings
 * @param named the name of a setting as the administrator wrote it
 */
export function certificateStep(
  certificate: CertificateFacts | undefined,
  host: string,
  named: (key: string) => string,
): DiagnosisStep {
  if (!certificate) {
    const advice = 'Give the server a certificate';
    return { step: 'certificate', status: 'failed', message: 'The server shows no certificate', advice };
  }
  const { names, subject, issuer, validTo, daysLeft } = certificate;
  const day = validTo.slice(0, 10);
  const forNames = names.length === 0 ? `${subject} (no alternative names)` : names.join(', ');
  const facts = { ...certificate };
  const about = `for ${forNames}, by ${issuer}, until ${day}`;
  const troubles = troublesOf(certificate, host, named);
  if (troubles.length > 0) {
    return {
      step: 'certificate',
      status: 'failed',
      message: `${troubles.map(({ message }) => message).join('; ')} (${about})`,
      advice: troubles.map(({ advice }) => advice).join('. '),
      facts,
    };
  }
  const left = `${daysLeft} ${daysLeft === 1 ? 'day' : 'days'} left`;
  return {
    step: 'certificate',
    status: daysLeft < SOON_DAYS ? 'warning' : 'ok',
    message: `Trusted, ${about} (${left})`,
    ...(daysLeft < SOON_DAYS && {
      advice: `Renew the certificate on the server before ${day}; from then on no mail leaves`,
    }),
    facts,
  };
}

function troublesOf(
  { nameMatches, names, subject, validFrom, validTo, daysLeft, problem }: CertificateFacts,
  host: string,
  named: (key: string) => string,
): { message: string; advice: string }[] {
  const troubles: { message: string; advice: string }[] = [];
  if (!nameMatches) {
    const wanted = (names.length === 0 ? [subject] : names).join(' or ');
    troubles.push({
      message: `The certificate is not for ${host}`,
      advice: `Set ${named('Host')} to ${wanted}, or get a certificate for ${host}`,
    });
  }
  if (problem === 'CERT_HAS_EXPIRED') {
    troubles.push({
      message:
        daysLeft < 0
          ? `The certificate has expired (${validTo.slice(0, 10)})`
          : 'A certificate of an authority above it has expired',
      advice:
        daysLeft < 0
          ? 'Renew the certificate on the server'
          : 'Put the present certificates of its authorities on the server',
    });
  } else if (problem === 'CERT_NOT_YET_VALID') {
    troubles.push({
      message: `The certificate is valid only from ${validFrom.slice(0, 10)}`,
      advice: 'Check the clocks of this machine and of the server',
    });
  } else if (problem !== undefined) {
    troubles.push({
      message: `This machine does not trust the certificate: ${reasonOf(problem)}`,
      advice:
        'Put the certificate of its authority (PEM) into a file, and start the application with NODE_EXTRA_CA_CERTS naming that file; or get a certificate from a public authority',
    });
  }
  return troubles;
}

function reasonOf(problem: string): string {
  if (problem === 'DEPTH_ZERO_SELF_SIGNED_CERT') return 'it is signed by nobody but itself';
  if (problem === 'SELF_SIGNED_CERT_IN_CHAIN') return 'its authority is not known here';
  if (problem === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' || problem === 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY')
    return `its authority is not known here, or the server does not send the certificates between (${problem})`;
  return problem;
}
