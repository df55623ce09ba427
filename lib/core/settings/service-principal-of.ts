import type { ResolvedMailSettings } from './resolved-mail-settings.js';

/**
 * The name of the server's service that a ticket is asked for: the setting `ServicePrincipal`, else the usual one for the host.
 * GSSAPI takes a service at a host (RFC 2743 4.1) and finds the realm itself; Windows takes the two with a slash.
 *
 * @param platform as `process.platform` has it
 */
export function servicePrincipalOf(
  { servicePrincipal, host = 'localhost' }: Pick<ResolvedMailSettings, 'servicePrincipal' | 'host'>,
  platform: NodeJS.Platform = process.platform,
): string {
  const isWindows = platform === 'win32';
  if (servicePrincipal === undefined) return isWindows ? `SMTPSVC/${host}` : `smtp@${host}`;
  const [service = '', serverHost = ''] = servicePrincipal.split(/[/@]/);
  if (!isWindows) return `${service}@${serverHost}`;
  return servicePrincipal.includes('/') ? servicePrincipal : `${service}/${serverHost}`;
}
