import type { NestedSection } from '../nested-section.js';
import { besideWords } from '../setting-file.js';
import type { OAuth2Values } from './read-oauth2-values.js';
import type { OAuth2GrantType } from './resolved-oauth2.js';
import { isAnyTenant } from './tenant.js';

/** What a grant does not use, and what to do where it is given. */
const UNUSED: Readonly<Record<OAuth2GrantType, readonly string[]>> = {
  ClientCredentials: ['RefreshToken'],
  RefreshToken: [],
  JwtBearer: ['ClientSecret', 'Certificate', 'RefreshToken'],
};

/**
 * Checks that what stands in `OAuth2` goes together.
 *
 * @param grant undefined when it is not known, as what was written cannot be used
 */
export function checkGrant(
  section: NestedSection,
  values: OAuth2Values,
  grant: OAuth2GrantType | undefined,
): void {
  for (const name of grant === undefined ? [] : UNUSED[grant])
    for (const key of [name, `${name}File`].filter(one => section.isSet(one)))
      section.report(key, `is not used with GrantType ${grant}; leave it out, or choose another GrantType`);
  checkClient(section, values, grant);
  checkEndpoint(section, values, grant);
  switch (grant) {
    case 'ClientCredentials':
      return checkClientSecret(section, values, 'needed');
    case 'RefreshToken':
      if (section.setKey('RefreshToken') === undefined)
        section.report(
          'RefreshToken',
          'is missing; give the token that the first sign-in of the mailbox brought, or its file in RefreshTokenFile',
        );
      return checkClientSecret(section, values, 'optional');
    case 'JwtBearer':
      return checkServiceAccount(section);
    case undefined:
  }
}

function checkClient(
  section: NestedSection,
  { key }: OAuth2Values,
  grant: OAuth2GrantType | undefined,
): void {
  const inKeyFile = grant === 'JwtBearer' && (key?.clientId !== undefined || mayHoldMore(section, key));
  if (section.isSet('ClientId') || inKeyFile) return;
  section.report(
    'ClientId',
    grant === 'JwtBearer'
      ? 'is missing; set the service account, such as mailer@project.iam.gserviceaccount.com'
      : 'is missing; set the application (client) id that the identity provider gave',
  );
}

function checkEndpoint(
  section: NestedSection,
  { key, tenantId }: OAuth2Values,
  grant: OAuth2GrantType | undefined,
): void {
  if (grant === 'ClientCredentials' && tenantId !== undefined && isAnyTenant(tenantId))
    section.report(
      'TenantId',
      `cannot be ${tenantId} with GrantType ClientCredentials, where no user tells the tenant; set the directory (tenant) id`,
    );
  const isWritten = section.isSet('TokenEndpoint');
  if (grant === 'JwtBearer' && section.isSet('TenantId') && !isWritten)
    section.report(
      'TenantId',
      'does not go with a private key alone, for which Microsoft Entra gives no token; set CertificateFile beside it',
    );
  if (isWritten || section.isSet('TenantId')) return;
  if (grant === 'JwtBearer' && (key?.tokenEndpoint !== undefined || mayHoldMore(section, key))) return;
  section.report(
    'TokenEndpoint',
    'is missing; set TenantId for Microsoft Entra, else the https address where tokens are asked for',
  );
}

/** Whether the key file of a service account, which could not be read, may hold what seems to be missing. */
function mayHoldMore(section: NestedSection, key: OAuth2Values['key']): boolean {
  return key === undefined && section.setKey('PrivateKey') !== undefined;
}

/** Checks what an application shows who it is by: a secret, or a certificate with its key. */
function checkClientSecret(
  section: NestedSection,
  { certificate, key }: OAuth2Values,
  need: 'needed' | 'optional',
): void {
  const [secretKey, certificateKey, privateKey] = ['ClientSecret', 'Certificate', 'PrivateKey'].map(name =>
    section.setKey(name),
  );
  if (secretKey !== undefined) {
    for (const other of [certificateKey, privateKey])
      if (other !== undefined) section.report(other, besideWords(secretKey));
    return;
  }
  if (key?.ofAccount && privateKey !== undefined)
    section.report(
      privateKey,
      'is the key file of a service account, which goes with GrantType JwtBearer alone',
    );
  else if (privateKey !== undefined && certificateKey === undefined)
    section.report(
      privateKey,
      'is set without Certificate; set CertificateFile, or GrantType JwtBearer for a service account',
    );
  else if (certificateKey !== undefined && privateKey === undefined && certificate && !key)
    section.report(certificateKey, 'is set without PrivateKey; set PrivateKeyFile to the file of its key');
  else if (certificateKey !== undefined && certificate && key && !certificate.checkPrivateKey(key.key))
    section.report(certificateKey, 'does not go with the private key; give the key that it was made with');
  else if (certificateKey === undefined && need === 'needed')
    section.report(
      'ClientSecret',
      'is missing; give the secret of the application here or its file in ClientSecretFile, or set CertificateFile and PrivateKeyFile',
    );
}

function checkServiceAccount(section: NestedSection): void {
  if (section.setKey('PrivateKey') === undefined)
    section.report(
      'PrivateKey',
      'is missing; set PrivateKeyFile to the key file of the service account, JSON or PEM',
    );
  if (!section.isSet('Scope'))
    section.report('Scope', 'is missing; set what the token is for, with Google https://mail.google.com/');
}
