import { describe, expect, it } from '@jest/globals';
import { ReplyTracker } from '../../../../lib/core/delivery/smtp/reply-tracker.js';

/** A tracker after the greeting, EHLO and these commands. */
function repliesAfter(...commands: string[]): ReplyTracker {
  const replies = new ReplyTracker();
  replies.answered('220 hi');
  replies.sent('EHLO [127.0.0.1]');
  replies.answered('250-hi\n250 PIPELINING');
  for (const command of commands) replies.sent(command);
  return replies;
}

describe('The tracker of replies', () => {
  it('knows which command a reply answers, also when many were sent at once', () => {
    const replies = repliesAfter('MAIL FROM:<a@b.c>', 'RCPT TO:<x@b.c>', 'RCPT TO:<y@b.c>', 'DATA');
    expect(replies.answered('250 ok')).toEqual({ kind: 'answer', to: 'MAIL', code: 250 });
    expect(replies.answered('250 ok')).toEqual({ kind: 'answer', to: 'RCPT', code: 250 });
    expect(replies.answered('550 no')).toEqual({ kind: 'answer', to: 'RCPT', code: 550 });
    expect(replies.answered('354 go')).toEqual({ kind: 'answer', to: 'DATA', code: 354 });
    expect(replies.answered('250 taken')).toMatchObject({ kind: 'answer', code: 250 });
    expect(replies.envelope).toEqual({
      mail: '250 ok',
      recipients: ['250 ok', '550 no'],
      data: '354 go',
    });
    expect(replies.synchronized).toBe(true);
  });

  it('takes the lines of a login for what they are, whatever they look like', () => {
    const replies = repliesAfter('AUTH LOGIN');
    expect(replies.answered('334 VXNlcm5hbWU6')).toMatchObject({ to: 'AUTH' });
    replies.sent('DATA');
    expect(replies.answered('334 UGFzc3dvcmQ6')).toMatchObject({ to: 'AUTH' });
    replies.sent('RCPT');
    expect(replies.answered('235 welcome')).toMatchObject({ to: 'AUTH', code: 235 });
    replies.sent('MAIL FROM:<a@b.c>');
    expect(replies.answered('250 ok')).toMatchObject({ to: 'MAIL' });
    expect(replies.synchronized).toBe(true);
  });

  it('expects one reply when an empty message ends what DATA was taken for', () => {
    const replies = repliesAfter('DATA');
    replies.answered('354 go');
    replies.sent('.');
    replies.answered('554 nobody');
    replies.sent('RSET');
    expect(replies.answered('250 ok')).toMatchObject({ to: 'RSET' });
  });

  it.each(['', 'hello', '25', '2500 ok', '000 no', '199 no', '600 no', '\x00250 ok', '250-yes\n550 no'])(
    'knows that %j is no reply',
    text => {
      const replies = repliesAfter('MAIL FROM:<a@b.c>');
      expect(replies.answered(text)).toEqual({ kind: 'garbage' });
      expect(replies.synchronized).toBe(false);
    },
  );

  it.each(['250', '250 ok', '250-a\n250 b', '250ok', '250\tok'])('knows that %j is one', text => {
    expect(repliesAfter('MAIL FROM:<a@b.c>').answered(text)).toMatchObject({ kind: 'answer', code: 250 });
  });

  it('forgets the refusals of earlier messages', () => {
    const replies = repliesAfter('RCPT TO:<x@b.c>');
    replies.answered('550 no');
    replies.beginMessage();
    expect(replies.envelope).toEqual({ mail: undefined, recipients: [], data: undefined });
    replies.sent('RCPT TO:<z@b.c>');
    replies.answered('551 no');
    expect(replies.envelope.recipients).toEqual(['551 no']);
  });
});
