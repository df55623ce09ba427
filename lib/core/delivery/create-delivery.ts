import { lateImport } from '../errors/late-import.js';
import type { ResolvedMailSettings } from '../settings/resolved-mail-settings.js';
import { DisabledMailDelivery } from './disabled-mail-delivery.js';
import type { MailDelivery } from './mail-delivery.js';
import type { PickupMailDelivery } from './pickup/pickup-mail-delivery.js';
import type { DkimSigner } from './smtp/dkim/dkim-signer.js';
import type { DkimOptionsReading } from './smtp/dkim/read-dkim-options.js';
import type { KerberosTickets } from './smtp/login/kerberos/kerberos-tickets.js';
import type { TokenSource } from './smtp/login/oauth2/token-source.js';
import type { SignInFacts } from './smtp/login/sign-in-facts.js';
import type { ProxyAddress } from './smtp/proxy-address.js';
import type { SmtpOptions, SmtpTrace } from './smtp/smtp-options.js';

const importSmtp = lateImport(() => import('./smtp/smtp-mail-delivery.js'));
const importPickup = lateImport(() => import('./pickup/pickup-mail-delivery.js'));
const importSigner = lateImport(() => import('./smtp/dkim/create-signer.js'));
const importTokens = lateImport(() => import('./smtp/login/oauth2/token-source-of.js'));
const importTickets = lateImport(() =>
  Promise.all([
    import('./smtp/login/kerberos/kerberos-tickets.js'),
    import('../settings/service-principal-of.js'),
  ]),
);
const importProxies = lateImport(() => import('./smtp/parse-proxy.js'));

/** What code may say about the delivery that the settings choose. */
export interface DeliveryTuning {
  readonly smtp?: SmtpOptions;
  /** What a start has read of `smtp.dkim`. @default it is read again */
  readonly signing?: DkimOptionsReading | undefined;
  readonly fsync?: boolean;
  /** Whether old temporary files in a pickup directory are removed: a process that ended while it wrote has left them. @default true */
  readonly sweep?: boolean;
  readonly trace?: SmtpTrace;
  /** Told what there is to tell of each sign-in: of a token before the server has answered it, of Kerberos afterwards. @default nobody is told */
  readonly onSignIn?: (facts: SignInFacts) => void;
  /** Told what an administrator should know while mails go, in a sentence. @default nobody is told */
  readonly warn?: (sentence: string) => void;
  /** Told what a developer may want to know of a mail, in a sentence. @default nobody is told */
  readonly debug?: (sentence: string) => void;
  /** Told how many connections the server gives at a time, when that is fewer than `MaxConnections`. @default nobody is told */
  readonly onFewConnections?: (connections: number) => void;
}

/** Makes the delivery that the settings choose: the one place that switches. Imports only what that delivery needs. */
export async function createDelivery(
  settings: ResolvedMailSettings,
  tuning: DeliveryTuning,
): Promise<MailDelivery> {
  switch (settings.delivery) {
    case 'smtp': {
      const { SmtpMailDelivery } = await importSmtp();
      const { smtp: { proxy, ...extra } = {}, trace, onSignIn, onFewConnections } = tuning;
      const signer = await signerOf(settings, tuning);
      const tokens = await tokensOf(settings, tuning);
      const tickets = await ticketsOf(settings, tuning);
      return new SmtpMailDelivery({
        settings,
        extra,
        ...(tokens && { tokens }),
        ...(tickets && { tickets }),
        ...(signer && { signer }),
        ...(proxy !== undefined && { proxy: await proxyAddress(proxy) }),
        ...(trace && { trace }),
        ...(onSignIn && { onSignIn }),
        ...(onFewConnections && { onFewConnections }),
      });
    }
    case 'pickup':
      return createPickupDelivery(settings, tuning);
    case undefined:
      return new DisabledMailDelivery();
  }
}

/** Imports what signs only where there is a key. Where nothing leaves, no key is asked for. */
async function signerOf(
  { enabled, dkim }: ResolvedMailSettings,
  { smtp, signing }: DeliveryTuning,
): Promise<DkimSigner | undefined> {
  if (!enabled || (!smtp?.dkim && !dkim)) return undefined;
  const { createSigner } = await importSigner();
  return createSigner(smtp?.dkim, dkim, signing);
}

/** Imports what gets access tokens only where somebody signs in by one. */
async function tokensOf(
  settings: ResolvedMailSettings,
  { smtp: extra = {}, warn = () => {} }: DeliveryTuning,
): Promise<TokenSource | undefined> {
  if (!settings.enabled || (!extra.auth && !settings.oAuth2)) return undefined;
  const { tokenSourceOf } = await importTokens();
  return tokenSourceOf({ settings, extra }, { onRefreshToken: extra.onRefreshToken, warn });
}

/** Imports what gets tickets only where somebody signs in by Kerberos. */
async function ticketsOf(
  settings: ResolvedMailSettings,
  { smtp }: DeliveryTuning,
): Promise<KerberosTickets | undefined> {
  if (!settings.enabled || smtp?.auth || !settings.useDefaultCredentials) return undefined;
  const [{ KerberosTickets: Tickets }, { servicePrincipalOf }] = await importTickets();
  return new Tickets(servicePrincipalOf(settings));
}

/** Takes the address of a proxy apart; whoever starts a mailer has checked it before. */
async function proxyAddress(proxy: string): Promise<ProxyAddress> {
  const { parseProxy } = await importProxies();
  return parseProxy(proxy);
}

async function createPickupDelivery(
  settings: ResolvedMailSettings,
  { fsync, sweep = true, debug }: DeliveryTuning,
): Promise<PickupMailDelivery> {
  const { PickupMailDelivery: Delivery } = await importPickup();
  const delivery = new Delivery({
    directory: settings.pickupDirectory ?? '',
    format: settings.pickupFormat,
    mode: settings.pickupFileMode,
    ...(fsync !== undefined && { fsync }),
    ...(debug && { debug }),
  });
  if (settings.enabled && sweep) await delivery.sweep();
  return delivery;
}
