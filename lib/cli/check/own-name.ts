import { hostname } from 'node:os';

/** The name for EHLO (RFC 5321 4.1.1.1); a name without a dot is none. */
export function ownName(): string {
  const name = hostname();
  return /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(name) ? name : '[127.0.0.1]';
}
