import { domainOf } from '../../core/address/mailbox.js';
import type { PickupEnvelope } from '../../core/delivery/pickup/pickup-envelope.js';
import type { UndeliveredRecipient } from '../../core/delivery/recipient-verdict.js';
import { applyRecipientPolicy, isAllowedDomain } from '../../core/message/recipient-policy.js';
import { listRecipients } from '../../core/message/recipients.js';
import type { ResolvedMailSettings } from '../../core/settings/resolved-mail-settings.js';

const OTHER_DOMAIN = 'the setting AllowedDomains does not allow its domain';

/** Which recipients of an envelope get the mail. */
export interface RelayRecipients {
  /** Who gets it. */
  readonly to: readonly string[];
  /** Who does not get it, without asking the server. */
  readonly refused: readonly UndeliveredRecipient[];
}

/**
 * Applies `CatchAllAddress`, `CatchAllCCAddress` and `AllowedDomains` to an envelope: they say where mail of this system
 * may go, whoever wrote the file. `MaxRecipients` is not applied, because it limits what the writer of the file may do.
 */
export function relayRecipients(settings: ResolvedMailSettings, envelope: PickupEnvelope): RelayRecipients {
  const { groups, dropped } = applyRecipientPolicy(
    { ...settings, maxRecipients: Number.MAX_SAFE_INTEGER },
    { to: envelope.to.map(address => ({ address })), cc: [], bcc: [] },
  );
  const invalid = envelope.invalid.map(({ entry, reason }) => ({ address: entry, reason }));
  const forbidden = dropped
    .filter(({ rule }) => rule === 'allowed-domains')
    .map(({ address, reason }) => ({
      address,
      reason:
        reason !== undefined && isAllowedDomain(settings.allowedDomains, domainOf(address))
          ? reason
          : OTHER_DOMAIN,
    }));
  return {
    to: groups.flatMap(group => listRecipients(group).map(({ mailbox }) => mailbox.address)),
    refused: [...invalid, ...forbidden],
  };
}
