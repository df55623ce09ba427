import { describe, expect, it } from '@jest/globals';
import { ReplyTracker } from '../../../../lib/core/delivery/smtp/reply-tracker.js';

/** A ledger after the greeting, EHLO and these commands. */
function ledgerAfter(...commands: string[]): ReplyTracker {
  const ledger = new ReplyTracker();
  ledger.answered('220 hi');
  ledger.sent('EHLO [127.0.0.1]');
  ledger.answered('250-hi\n250 PIPELINING');
  for (const command of commands) ledger.sent(command);
  return ledger;
}

describe('The ledger of replies', () => {
  it('knows which command a reply answers, also when many were sent at once', () => {
    const ledger = ledgerAfter('MAIL FROM:<a@b.c>', 'RCPT TO:<x@b.c>', 'RCPT TO:<y@b.c>', 'DATA');
    expect(ledger.answered('250 ok')).toEqual({ kind: 'answer', to: 'MAIL', code: 250 });
    expect(ledger.answered('250 ok')).toEqual({ kind: 'answer', to: 'RCPT', code: 250 });
    expect(ledger.answered('550 no')).toEqual({ kind: 'answer', to: 'RCPT', code: 550 });
    expect(ledger.answered('354 go')).toEqual({ kind: 'answer', to: 'DATA', code: 354 });
    expect(ledger.answered('250 taken')).toMatchObject({ kind: 'answer', code: 250 });
    expect(ledger.refusals).toEqual([{ place: 1, reply: '550 no' }]);
    expect(ledger.inStep).toBe(true);
  });

  it('takes the lines of a login for what they are, whatever they look like', () => {
    const ledger = ledgerAfter('AUTH LOGIN');
    expect(ledger.answered('334 VXNlcm5hbWU6')).toMatchObject({ to: 'AUTH' });
    ledger.sent('DATA');
    expect(ledger.answered('334 UGFzc3dvcmQ6')).toMatchObject({ to: 'AUTH' });
    ledger.sent('RCPT');
    expect(ledger.answered('235 welcome')).toMatchObject({ to: 'AUTH', code: 235 });
    ledger.sent('MAIL FROM:<a@b.c>');
    expect(ledger.answered('250 ok')).toMatchObject({ to: 'MAIL' });
    expect(ledger.inStep).toBe(true);
  });

  it('expects one reply when an empty message ends what DATA was taken for', () => {
    const ledger = ledgerAfter('DATA');
    ledger.answered('354 go');
    ledger.sent('.');
    ledger.answered('554 nobody');
    ledger.sent('RSET');
    expect(ledger.answered('250 ok')).toMatchObject({ to: 'RSET' });
  });

  it.each(['', 'hello', '25', '2500 ok', '000 no', '199 no', '600 no', '\x00250 ok', '250-yes\n550 no'])(
    'knows that %j is no reply',
    text => {
      const ledger = ledgerAfter('MAIL FROM:<a@b.c>');
      expect(ledger.answered(text)).toEqual({ kind: 'garbage' });
      expect(ledger.inStep).toBe(false);
    },
  );

  it.each(['250', '250 ok', '250-a\n250 b', '250ok', '250\tok'])('knows that %j is one', text => {
    expect(ledgerAfter('MAIL FROM:<a@b.c>').answered(text)).toMatchObject({ kind: 'answer', code: 250 });
  });

  it('forgets the refusals of earlier messages', () => {
    const ledger = ledgerAfter('RCPT TO:<x@b.c>');
    ledger.answered('550 no');
    ledger.beginMessage();
    expect(ledger.refusals).toEqual([]);
    ledger.sent('RCPT TO:<z@b.c>');
    ledger.answered('551 no');
    expect(ledger.refusals).toEqual([{ place: 0, reply: '551 no' }]);
  });
});
