import { hostname as hostnameOfMachine } from 'node:os';
import { addressLiteral } from '../address/address-literal.js';
import { LocalDomainError, parseLocalDomain } from '../address/local-domain.js';
import { domainOf } from '../address/mailbox.js';
import { parseMailbox } from '../address/parse-mailbox.js';
import type { ResolvedMailSettings } from './resolved-mail-settings.js';

/** What a name in EHLO was taken from; `address` is that of the connection. */
export type GreetingNameOrigin = 'LocalDomain' | 'smtp.name' | 'hostname' | 'FromAddress' | 'address';

/** The name by which this machine introduces itself to a server. */
export interface GreetingName {
  /** Host name, or address literal. */
  readonly name: string;
  /** Where it comes from. */
  readonly origin: GreetingNameOrigin;
}

/** What the name depends on beside the settings. */
export interface GreetingCircumstances {
  /** The code option `smtp.name`. @default none */
  readonly optionName?: string | undefined;
  /** Own address of the connection; undefined when that is not known. */
  readonly localAddress: string | undefined;
  /** Host name of the machine. @default what the system says */
  readonly hostname?: string | undefined;
}

/** Stands for an address that is not known: the connection is gone then, or runs within another one. */
const UNKNOWN_ADDRESS = '[127.0.0.1]';

/**
 * Chooses the name for EHLO and HELO (RFC 5321 4.1.1.1): the setting `LocalDomain`, else the code option `smtp.name`, else
 * the host name of the machine if it is a full one, else the domain of `FromAddress` if that is one, else the literal of the
 * connection's own address.
 */
export function greetingName(
  { localDomain, fromAddress }: Pick<ResolvedMailSettings, 'localDomain' | 'fromAddress'>,
  { optionName, localAddress, hostname = hostnameOfMachine() }: GreetingCircumstances,
): GreetingName {
  if (localDomain !== undefined) return { name: localDomain, origin: 'LocalDomain' };
  const given = usable(optionName ?? '');
  if (given !== undefined) return { name: given, origin: 'smtp.name' };
  const machine = usable(hostname);
  if (machine !== undefined && isFullName(machine)) return { name: machine, origin: 'hostname' };
  const sender = fromAddress === undefined ? undefined : usable(domainOf(parseMailbox(fromAddress).address));
  if (sender !== undefined && isFullName(sender)) return { name: sender, origin: 'FromAddress' };
  return { name: addressLiteral(localAddress ?? '') ?? UNKNOWN_ADDRESS, origin: 'address' };
}

/** Names that every machine has for itself (RFC 6761 6.3), and those that installers give a machine without a name. */
const EVERY_MACHINE = /\.(?:localhost|localdomain[46]?)$/;

/**
 * Whether a name in EHLO is a host name with a dot that this machine may have alone: what strict servers and filters want.
 *
 * @param name in lower case
 */
export function isFullName(name: string): boolean {
  return name.includes('.') && !name.startsWith('[') && !EVERY_MACHINE.test(name);
}

function usable(written: string): string | undefined {
  try {
    return parseLocalDomain(written);
  } catch (error) {
    if (!(error instanceof LocalDomainError)) throw error;
    return undefined;
  }
}
