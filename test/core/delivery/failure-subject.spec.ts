import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { failureSubject } from '../../../lib/core/delivery/failure-subject.js';
import type { MailDeliveryPhase } from '../../../lib/core/errors/mail-delivery-error.js';

const PHASES: readonly MailDeliveryPhase[] = [
  'connect',
  'tls',
  'auth',
  'envelope',
  'data',
  'after-data',
  'write',
];

/** The rows of the table in docs/errors.md: what is named in the first column, and the subject. */
function documented(): { phases: string[]; codes: number[]; subject: string }[] {
  const page = readFileSync('docs/errors.md', 'utf8');
  const section = page.slice(page.indexOf('## What a failure is about'), page.indexOf('## Codes'));
  return section
    .split('\n')
    .filter(line => line.startsWith('|'))
    .slice(2)
    .map(line => {
      const [, failure = '', subject = ''] = line.split('|');
      return {
        phases: [...failure.matchAll(/`([a-z-]+)`/g)].map(match => match[1] ?? ''),
        codes: [...(/;(.*)whatever/.exec(failure)?.[1] ?? '').matchAll(/\d{3}/g)].map(Number),
        subject: subject.trim().replaceAll('`', ''),
      };
    });
}

describe('What a failure is about', () => {
  it('is documented for every phase, as it is decided', () => {
    const rows = documented();
    expect(rows.flatMap(({ phases }) => phases).toSorted()).toEqual([...PHASES].toSorted());
    for (const { phases, subject } of rows)
      for (const phase of PHASES.filter(one => phases.includes(one)))
        expect([phase, failureSubject({ phase, responseCode: undefined })]).toEqual([phase, subject]);
  });

  it('is the login for the documented replies, whatever command they answer, and for no others', () => {
    const codes = documented().flatMap(row => row.codes);
    const logins = Array.from({ length: 200 }, (_, index) => 400 + index).filter(
      responseCode => failureSubject({ phase: 'envelope', responseCode }) === 'login',
    );
    expect(logins).toEqual(codes);
    for (const responseCode of codes)
      for (const phase of PHASES) expect(failureSubject({ phase, responseCode })).toBe('login');
  });
});
