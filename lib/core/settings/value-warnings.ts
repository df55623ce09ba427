import type { ResolvedMailSettings } from './resolved-mail-settings.js';
import type { SettingsSection } from './settings-section.js';

/** Ports of protocols by which mails are read, not sent. */
const FOREIGN_PORTS: ReadonlyMap<number, string> = new Map([
  [110, 'POP3'],
  [143, 'IMAP'],
  [993, 'IMAP over TLS'],
  [995, 'POP3 over TLS'],
]);

/** The settings that are times, by their names in resolved settings. */
const TIMES = {
  ConnectionTimeout: 'connectionTimeout',
  SocketTimeout: 'socketTimeout',
  DataTimeout: 'dataTimeout',
  SendTimeout: 'sendTimeout',
} as const satisfies Record<string, keyof ResolvedMailSettings>;

/** Seconds above which a time was probably meant in milliseconds. */
const ONE_HOUR = 3600;

/** What an administrator should know of values that can be used and are probably not meant. */
export function valueWarnings(mail: SettingsSection, settings: ResolvedMailSettings): string[] {
  if (!settings.enabled) return [];
  return [...portWarnings(mail, settings), ...timeWarnings(mail, settings)];
}

function portWarnings(mail: SettingsSection, { delivery, port }: ResolvedMailSettings): string[] {
  const protocol = delivery === 'smtp' ? FOREIGN_PORTS.get(port) : undefined;
  return protocol === undefined
    ? []
    : [
        `${mail.written('Port')} ${port} is the usual port of ${protocol}, by which mails are read; they are sent by SMTP, usually on port 587, 465 or 25`,
      ];
}

function timeWarnings(mail: SettingsSection, settings: ResolvedMailSettings): string[] {
  return Object.entries(TIMES).flatMap(([key, name]) => {
    const seconds = settings[name];
    if (mail.value(key) === undefined || seconds <= ONE_HOUR) return [];
    const meant = seconds / 1000;
    return [
      `${mail.written(key)} is ${seconds} seconds, which is more than an hour; if milliseconds are meant, write ${meant}, as times are in seconds`,
    ];
  });
}
