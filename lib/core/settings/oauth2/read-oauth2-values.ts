import type { X509Certificate } from 'node:crypto';
import type { NestedSection } from '../nested-section.js';
import { holdsPrivateKey } from '../private-key-object.js';
import { readClientCertificate } from './client-certificate.js';
import { clientId, nameOf, scope, secretLine } from './oauth2-values.js';
import type { OAuth2GrantType, OAuth2Mechanism } from './resolved-oauth2.js';
import type { AssertionKeySource } from './service-account.js';
import { keyName, readKeySource } from './service-account.js';
import { tenantId } from './tenant.js';
import { tokenEndpoint } from './token-endpoint.js';

/** What stands in the setting `OAuth2`, each part checked by itself; undefined what is not set or cannot be used. */
export interface OAuth2Values {
  readonly grantType: OAuth2GrantType | undefined;
  readonly tenantId: string | undefined;
  readonly tokenEndpoint: string | undefined;
  readonly scope: string | undefined;
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  readonly certificate: X509Certificate | undefined;
  readonly key: AssertionKeySource | undefined;
  readonly refreshToken: string | undefined;
  readonly mechanism: OAuth2Mechanism | undefined;
  readonly privateKeyId: string | undefined;
}

/** Reads each part of the setting `OAuth2` by itself. */
export function readOAuth2Values(section: NestedSection): OAuth2Values {
  const certified = section.textOrFile('Certificate', source => ({
    certificate: readClientCertificate(source),
    // A file may hold the certificate and its key.
    key:
      section.setKey('PrivateKey') === undefined && holdsPrivateKey(source)
        ? readKeySource(source)
        : undefined,
  }));
  return {
    grantType: section.read('GrantType', nameOf(['ClientCredentials', 'RefreshToken', 'JwtBearer'])),
    tenantId: section.read('TenantId', tenantId),
    tokenEndpoint: section.read('TokenEndpoint', tokenEndpoint),
    scope: section.read('Scope', scope),
    clientId: section.read('ClientId', clientId),
    clientSecret: section.textOrFile('ClientSecret', secretLine),
    certificate: certified?.certificate,
    key: section.textOrFile('PrivateKey', readKeySource) ?? certified?.key,
    refreshToken: section.textOrFile('RefreshToken', secretLine),
    mechanism: section.read('Mechanism', nameOf(['XOAUTH2', 'OAUTHBEARER'])),
    privateKeyId: section.read('PrivateKeyId', keyName),
  };
}
