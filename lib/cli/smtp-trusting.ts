import type { SmtpOptions } from '../core/delivery/smtp/smtp-options.js';

/** Options of a delivery that trusts these authorities, as an application that names them in code. */
export function smtpTrusting(authorities: readonly string[] | undefined): { smtp?: SmtpOptions } {
  return authorities ? { smtp: { tls: { ca: [...authorities] } } } : {};
}
