import type { Mailbox } from '../address/mailbox.js';
import { domainOf } from '../address/mailbox.js';
import { parseMailbox } from '../address/parse-mailbox.js';
import { MailMessageError } from '../errors/mail-message-error.js';
import type { ResolvedMailSettings } from '../settings/resolved-mail-settings.js';
import type { Recipient, RecipientField, Recipients } from './recipients.js';
import { groupRecipients, listRecipients, withoutRepeats } from './recipients.js';

/** The rule that kept a mail from a recipient. */
export type DropRule = 'disabled' | 'catch-all' | 'allowed-domains' | 'max-recipients' | 'hook';

/** A recipient that the caller named and that does not get the mail. */
export interface DroppedRecipient {
  readonly address: string;
  /** The field that named the recipient. */
  readonly field: RecipientField;
  readonly rule: DropRule;
  /** A sentence for people, where there is more to say than the rule. */
  readonly reason?: string;
}

/** What the recipient policy makes of the recipients of one message. */
export interface PolicyResult {
  /** Who gets the message; several groups only when `MaxRecipientsOverflow` is `Split`; empty when nobody is left. */
  readonly groups: readonly Recipients[];
  readonly dropped: readonly DroppedRecipient[];
  /** The original To and Cc, when a catch-all address replaces them. */
  readonly original?: Pick<Recipients, 'to' | 'cc'>;
}

type PolicySettings = Pick<
  ResolvedMailSettings,
  | 'enabled'
  | 'catchAllAddress'
  | 'catchAllCCAddress'
  | 'allowedDomains'
  | 'maxRecipients'
  | 'maxRecipientsOverflow'
>;

/**
 * What mail servers take for a route in a local part, by default or where they are told to (RFC 1123 5.2.16, RFC 976): they deliver
 * `ann%evil.example@contoso.com` to `ann@evil.example`. Compatible characters, such as those of full width, count too.
 */
const ROUTING = /[%!@]/;
const CAN_BE_ROUTED =
  'its local part holds a character such as "%" or "!", so it can be routed elsewhere, past AllowedDomains';

/**
 * Decides who gets a message: Enabled, CatchAllAddress, AllowedDomains, MaxRecipients, in this order.
 *
 * @throws {@link MailMessageError} `EMAILRECIPIENTLIMIT` with `MaxRecipientsOverflow` `Reject`
 */
export function applyRecipientPolicy(settings: PolicySettings, recipients: Recipients): PolicyResult {
  const listed = withoutRepeats(listRecipients(recipients));
  if (!settings.enabled) return { groups: [], dropped: drop(listed, 'disabled', 'Enabled is false') };
  if (settings.catchAllAddress !== undefined) {
    const redirected = redirect(settings.catchAllAddress, settings.catchAllCCAddress);
    const limited = limit(settings, redirected);
    return {
      groups: limited.groups,
      dropped: [...drop(listed, 'catch-all', 'CatchAllAddress receives all mail'), ...limited.dropped],
      original: { to: recipients.to, cc: recipients.cc },
    };
  }
  const copied =
    settings.catchAllCCAddress === undefined
      ? listed
      : withoutRepeats(withCopy(listed, settings.catchAllCCAddress));
  const { allowed, refused } = filterDomains(settings.allowedDomains, copied);
  const limited = limit(settings, allowed);
  return { groups: limited.groups, dropped: [...refused, ...limited.dropped] };
}

/** Whether a domain is in the list; `*.contoso.com` stands for the subdomains of contoso.com. */
export function isAllowedDomain(allowed: readonly string[], domain: string): boolean {
  return allowed.some(item => (item.startsWith('*.') ? domain.endsWith(item.slice(1)) : domain === item));
}

function redirect(to: string, cc: string | undefined): Recipient[] {
  const copy = cc === undefined ? [] : [recipient('cc', parseMailbox(cc))];
  return withoutRepeats([recipient('to', parseMailbox(to)), ...copy]);
}

function withCopy(listed: readonly Recipient[], address: string): Recipient[] {
  const firstBcc = listed.findIndex(item => item.field === 'bcc');
  const copy = recipient('cc', parseMailbox(address));
  return firstBcc < 0 ? [...listed, copy] : [...listed.slice(0, firstBcc), copy, ...listed.slice(firstBcc)];
}

function filterDomains(
  domains: readonly string[],
  listed: readonly Recipient[],
): { allowed: Recipient[]; refused: DroppedRecipient[] } {
  if (domains.length === 0) return { allowed: [...listed], refused: [] };
  const allowed: Recipient[] = [];
  const refused: DroppedRecipient[] = [];
  for (const item of listed) {
    const reason = reasonAgainst(domains, item.mailbox.address);
    if (reason === undefined) allowed.push(item);
    else refused.push(...drop([item], 'allowed-domains', reason));
  }
  return { allowed, refused };
}

function reasonAgainst(domains: readonly string[], address: string): string | undefined {
  const domain = domainOf(address);
  if (!isAllowedDomain(domains, domain)) return 'the domain is not in AllowedDomains';
  return ROUTING.test(address.slice(0, -domain.length - 1).normalize('NFKC')) ? CAN_BE_ROUTED : undefined;
}

function limit(
  settings: PolicySettings,
  listed: readonly Recipient[],
): { groups: Recipients[]; dropped: DroppedRecipient[] } {
  const most = settings.maxRecipients;
  if (listed.length === 0) return { groups: [], dropped: [] };
  if (listed.length <= most) return { groups: [groupRecipients(listed)], dropped: [] };
  switch (settings.maxRecipientsOverflow) {
    case 'Drop':
      return {
        groups: [groupRecipients(listed.slice(0, most))],
        dropped: drop(listed.slice(most), 'max-recipients', `MaxRecipients is ${most}`),
      };
    case 'Split': {
      const count = Math.ceil(listed.length / most);
      return {
        groups: Array.from({ length: count }, (_, index) =>
          groupRecipients(listed.slice(index * most, (index + 1) * most)),
        ),
        dropped: [],
      };
    }
    case 'Reject':
      throw new MailMessageError(
        'EMAILRECIPIENTLIMIT',
        'to',
        `${listed.length} recipients over To, Cc and Bcc are more than MaxRecipients (${most}) allows`,
      );
  }
}

function drop(listed: readonly Recipient[], rule: DropRule, reason: string): DroppedRecipient[] {
  return listed.map(({ field, mailbox }) => ({ address: mailbox.address, field, rule, reason }));
}

function recipient(field: RecipientField, mailbox: Mailbox): Recipient {
  return { field, mailbox };
}
