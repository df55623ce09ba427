import type { ResolvedMailSettings } from '../../../../settings/resolved-mail-settings.js';

/**
 * The name of the server's service that a ticket is asked for: the setting `ServicePrincipal`, else the usual one for the host.
 *
 * @param platform as `process.platform` has it
 */
export function servicePrincipalOf(
  { servicePrincipal, host = 'localhost' }: Pick<ResolvedMailSettings, 'servicePrincipal' | 'host'>,
  platform: NodeJS.Platform = process.platform,
): string {
  if (servicePrincipal !== undefined) return servicePrincipal;
  return platform === 'win32' ? `SMTPSVC/${host}` : `smtp@${host}`;
}
