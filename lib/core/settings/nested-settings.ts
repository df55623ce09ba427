import { mayBeKey, mayBeToken } from '../redaction/may-be-secret.js';
import type { DkimItem } from './dkim/dkim-setting.js';
import { DKIM_KEYS, itemsOf } from './dkim/dkim-setting.js';
import { OAUTH2_KEYS } from './oauth2/oauth2-keys.js';
import { EXCHANGE_SCOPE, tenantEndpoint } from './oauth2/tenant.js';
import type { ResolvedMailSettings } from './resolved-mail-settings.js';

/** What there is to know of a setting that holds settings of its own, to explain it. */
export interface NestedSetting {
  readonly keys: readonly string[];
  /** Keys whose values are never shown. */
  readonly secrets: readonly string[];
  /** Whether the value of a key that is no secret may be one in the wrong place. */
  hides(key: string, value: string): boolean;
  /** The objects that hold the keys, with the path to each; an empty one when the setting is one object. */
  itemsOf(value: unknown): readonly DkimItem[];
  /** What keys come to that are not written, and why. */
  derived(settings: ResolvedMailSettings): Readonly<Record<string, Derived>>;
}

interface Derived {
  readonly value: string | undefined;
  readonly note: string;
}

/** The settings that hold settings of their own. */
export const NESTED_SETTINGS: ReadonlyMap<string, NestedSetting> = new Map<string, NestedSetting>([
  [
    'Dkim',
    {
      keys: DKIM_KEYS,
      secrets: ['PrivateKey'],
      hides: (key, value) => (key === 'Domain' || key === 'Selector') && mayBeKey(value),
      itemsOf,
      derived: () => ({}),
    },
  ],
  [
    'OAuth2',
    {
      keys: OAUTH2_KEYS,
      secrets: ['ClientSecret', 'Certificate', 'PrivateKey', 'RefreshToken'],
      hides: (key, value) => !key.endsWith('File') && (mayBeToken(value) || /[?#]/.test(value)),
      itemsOf: item => [{ path: '', item }],
      derived: derivedOAuth2,
    },
  ],
]);

function derivedOAuth2({ oAuth2 }: ResolvedMailSettings): Record<string, Derived> {
  if (!oAuth2) return {};
  const { grantType, tenantId, tokenEndpoint, scope, clientId } = oAuth2;
  const byTenant = 'what TenantId means';
  const byFile = 'from the key file';
  const ofTenant = tenantId !== undefined && tokenEndpoint === tenantEndpoint(tenantId);
  return {
    GrantType: { value: grantType, note: 'by what is given' },
    TokenEndpoint: { value: tokenEndpoint, note: ofTenant ? byTenant : byFile },
    ...(scope === EXCHANGE_SCOPE && { Scope: { value: scope, note: byTenant } }),
    ClientId: { value: clientId, note: byFile },
  };
}
