import type { ResolvedMailSettings } from '../../core/settings/resolved-mail-settings.js';

/**
 * What the recipient policy of the settings does to every mail, in sentences; empty when it does nothing but count.
 *
 * @param named the name of a setting as the administrator wrote it
 */
export function policyWords(settings: ResolvedMailSettings, named: (key: string) => string): string[] {
  const { enabled, catchAllAddress, catchAllCCAddress, allowedDomains } = settings;
  if (!enabled) return [`${named('Enabled')} is false: nothing is sent, written or connected`];
  const copy =
    catchAllCCAddress === undefined
      ? []
      : [`${named('CatchAllCCAddress')}: ${catchAllCCAddress} gets a copy of every mail`];
  if (catchAllAddress !== undefined)
    return [
      `${named('CatchAllAddress')}: all mail goes to ${catchAllAddress} instead of its recipients`,
      ...copy,
    ];
  return [
    ...(allowedDomains.length === 0
      ? []
      : [`${named('AllowedDomains')}: only recipients in ${allowedDomains.join(', ')} get mail`]),
    ...copy,
  ];
}
