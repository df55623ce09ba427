import type { SmtpReply } from './smtp-probe.js';

/** What a server says in its reply to EHLO that it can do. */
export interface SmtpOffer {
  readonly startTls: boolean;
  /** AUTH mechanisms, in capitals. */
  readonly mechanisms: readonly string[];
  /** Octets of the largest mail (RFC 1870); 0: no fixed limit; undefined: it does not say. */
  readonly size?: number;
  /** Keywords of all extensions. */
  readonly extensions: readonly string[];
}

/** Reads the reply to EHLO. */
export function smtpOffer({ lines }: SmtpReply): SmtpOffer {
  const extensions = lines.slice(1).map(line => line.trim().toUpperCase());
  const withKeyword = (keyword: string): string[] =>
    extensions.filter(line => line.split(/[ =]/)[0] === keyword);
  const size = /^SIZE (\d{1,15})$/.exec(withKeyword('SIZE')[0] ?? '')?.[1];
  return {
    startTls: withKeyword('STARTTLS').length > 0,
    // `AUTH=LOGIN` is how old servers say it.
    mechanisms: [...new Set(withKeyword('AUTH').flatMap(line => line.split(/[ =]+/).slice(1)))],
    ...(size !== undefined && { size: Number(size) }),
    extensions: extensions.map(line => line.split(/[ =]/)[0] ?? ''),
  };
}
