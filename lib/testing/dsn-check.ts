import type { MailDsn } from '../core/message/mail-message.js';
import { printable } from '../core/redaction/printable.js';
import type { FieldCheck } from './field-check.js';
import { isFields, refuseUnknownKeys } from './known-keys.js';
import type { DsnCriteria } from './mail-criteria.js';

const KEYS = ['notify', 'ret', 'envid'] as const satisfies readonly (keyof DsnCriteria)[];

/**
 * A check of the reports of delivery that a mail asks for.
 *
 * @throws TypeError for what is no criterion
 */
export function dsnCheck(criterion: DsnCriteria | null): FieldCheck {
  if (criterion !== null) {
    if (!isFields(criterion))
      throw new TypeError(`dsn must be { notify, ret, envid } or null, not ${printable(criterion)}`);
    refuseUnknownKeys('dsn', criterion, KEYS);
    const { notify } = criterion;
    if (notify !== undefined && !Array.isArray(notify))
      throw new TypeError(`dsn.notify must be an array, not ${printable(notify)}`);
  }
  return {
    field: 'dsn',
    wanted: dsnText(criterion ?? undefined),
    compare: ({ envelope: { dsn } }) =>
      holds(criterion, dsn) ? undefined : { was: dsnText(dsn), similarity: dsn && criterion ? 0.5 : 0 },
  };
}

function holds(criterion: DsnCriteria | null, dsn: Readonly<MailDsn> | undefined): boolean {
  if (!dsn || criterion === null) return !dsn && criterion === null;
  const { notify, ret, envid } = criterion;
  const same = (one: readonly string[]): string => one.toSorted().join();
  return (
    (notify === undefined || same(notify) === same(dsn.notify)) &&
    (ret === undefined || ret === dsn.ret) &&
    (envid === undefined || envid === dsn.envid)
  );
}

function dsnText(dsn: DsnCriteria | undefined): string {
  if (!dsn) return 'none';
  const { notify, ret, envid } = dsn;
  const told = [
    ...(notify === undefined ? [] : [`notify ${notify.map(one => printable(one)).join(', ')}`]),
    ...(ret === undefined ? [] : [`ret ${printable(ret)}`]),
    ...(envid === undefined ? [] : [`envid ${printable(envid)}`]),
  ];
  return told.length === 0 ? 'any' : told.join('; ');
}
