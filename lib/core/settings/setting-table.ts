import { dkimKeys } from './dkim/dkim-setting.js';
import { parseHost } from './host.js';
import { localDomain } from './local-domain.js';
import { oAuth2 } from './oauth2/oauth2-setting.js';
import { servicePrincipal } from './service-principal.js';
import { passwordFile } from './setting-file.js';
import type { SettingParser } from './setting-parsers.js';
import {
  credential,
  domains,
  fileMode,
  flag,
  mailbox,
  number,
  oneOf,
  seconds,
  text,
} from './setting-parsers.js';

const MANY = 1_000_000;

/**
 * Every mail setting that is read: canonical key and parser, in the order of the documentation. The keys marked
 * `smtpOnly` are neither needed nor used with a pickup directory, and so not checked there. Those marked `readsFiles` name
 * files of secrets, which are not read where no mail leaves.
 */
export const SETTING_TABLE = {
  FromAddress: { parse: mailbox },
  ReplyTo: { parse: mailbox },
  BounceAddress: { parse: mailbox },
  Host: { parse: parseHost, smtpOnly: true },
  Port: { parse: number({ min: 0, max: 65_535, integer: true }), smtpOnly: true },
  LocalDomain: { parse: localDomain, smtpOnly: true },
  Username: { parse: credential, smtpOnly: true },
  Password: { parse: credential, smtpOnly: true },
  PasswordFile: { parse: passwordFile, smtpOnly: true, readsFiles: true },
  UseSpecifiedPickupDirectory: { parse: flag },
  PickupDirectory: { parse: text },
  SecureSocketOption: {
    parse: oneOf(['None', 'Auto', 'SslOnConnect', 'StartTls', 'StartTlsWhenAvailable']),
    smtpOnly: true,
  },
  EnableSsl: { parse: flag, smtpOnly: true },
  UseDefaultCredentials: { parse: flag, smtpOnly: true },
  ServicePrincipal: { parse: servicePrincipal, smtpOnly: true },
  OAuth2: { parse: oAuth2, smtpOnly: true, readsFiles: true },
  Enabled: { parse: flag },
  AllowedDomains: { parse: domains },
  CatchAllAddress: { parse: mailbox },
  CatchAllCCAddress: { parse: mailbox },
  MaxRecipients: { parse: number({ min: 1, max: MANY, integer: true }) },
  MaxRecipientsOverflow: { parse: oneOf(['Drop', 'Split', 'Reject']) },
  PickupFormat: { parse: oneOf(['Iis', 'Exchange']) },
  PickupFileMode: { parse: fileMode },
  MaxConnections: { parse: number({ min: 1, max: 1000, integer: true }) },
  MaxMessagesPerSecond: { parse: number({ min: 0, max: MANY }) },
  ConnectionTimeout: { parse: seconds(0.001) },
  SocketTimeout: { parse: seconds(0.001) },
  DataTimeout: { parse: seconds(0.001) },
  SendTimeout: { parse: seconds(0) },
  Dkim: { parse: dkimKeys, smtpOnly: true, readsFiles: true },
} as const satisfies Record<string, { parse: SettingParser<unknown>; smtpOnly?: true; readsFiles?: true }>;

/** Canonical name of a mail setting. */
export type SettingKey = keyof typeof SETTING_TABLE;
/** The type of a setting after parsing. */
export type SettingValue<K extends SettingKey> = ReturnType<(typeof SETTING_TABLE)[K]['parse']>;
/** All canonical names. */
export const SETTING_KEYS = Object.keys(SETTING_TABLE).filter(
  (key): key is SettingKey => key in SETTING_TABLE,
);
