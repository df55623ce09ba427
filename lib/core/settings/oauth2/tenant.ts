import { normalizeDomain } from '../../address/domain-name.js';
import { hiddenWords } from '../../redaction/may-be-secret.js';
import type { SettingParser } from '../setting-parsers.js';
import { SettingValueError, text } from '../setting-parsers.js';

/** What Exchange Online is asked for: every permission that the application was given. */
export const EXCHANGE_SCOPE = 'https://outlook.office365.com/.default';
/** Names that Microsoft Entra takes in place of a tenant, where a user has signed in. */
const ANY_TENANT: ReadonlySet<string> = new Set(['common', 'organizations', 'consumers']);
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Reads the id of a tenant of Microsoft Entra, or a domain name of it; in lower case. */
export const tenantId: SettingParser<string> = value => {
  const written = text(value).trim().toLowerCase();
  if (GUID.test(written) || ANY_TENANT.has(written)) return written;
  const domain = hiddenWords(text(value)) === undefined ? normalizeDomain(written) : undefined;
  if (!domain?.includes('.') || domain.includes('_'))
    throw new SettingValueError(
      'must be the directory (tenant) id, such as 11111111-2222-3333-4444-555555555555, or a domain name of the tenant, such as contoso.onmicrosoft.com',
    );
  return domain;
};

/** Whether a name stands for the tenants of all users, and so for none without a user. */
export function isAnyTenant(tenant: string): boolean {
  return ANY_TENANT.has(tenant);
}

/** The token endpoint of a tenant of Microsoft Entra. */
export function tenantEndpoint(tenant: string): string {
  return `https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`;
}
