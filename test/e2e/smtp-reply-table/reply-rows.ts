import type { ReplyRow } from './reply-row.js';

const REFUSALS_OF_MAIL = [450, 451, 452, 500, 501, 503, 521, 550, 552, 553, 554, 571];
const REFUSALS_OF_RCPT = [450, 451, 500, 502, 503, 550, 553, 554];
const TAKEN = { data: 354, dot: 250 };

/** Every list of so many of the values. */
function lists(values: readonly number[], length: number): number[][] {
  if (length === 0) return [[]];
  return lists(values, length - 1).flatMap(list => values.map(value => [...list, value]));
}

/** MAIL is refused; what follows to a group that was sent at once says nothing. */
export function refusedSenders(): ReplyRow[] {
  return REFUSALS_OF_MAIL.flatMap(mail =>
    [1, 2, 3].flatMap(recipients => {
      const all = (code: number): number[] => Array.from({ length: recipients }, () => code);
      const behind = [503, 554, 550, 502, 500, 450, 250].flatMap(code =>
        [503, 554, 354].map(data => ({ mail, rcpt: all(code), data, dot: 554 })),
      );
      const closed = [0, 50].map(afterMs => ({
        mail,
        rcpt: all(503),
        data: 503,
        dot: 554,
        closesAfter: 'mail' as const,
        afterMs,
      }));
      return [...behind, ...closed];
    }),
  );
}

/** MAIL is taken, and each recipient is taken or refused. */
export function refusedRecipients(): ReplyRow[] {
  const alone = REFUSALS_OF_RCPT.flatMap(code =>
    [503, 554, 354].map(data => ({ mail: 250, rcpt: [code], data, dot: 554 })),
  );
  const several = [1, 2, 3]
    .flatMap(length => lists([250, 450, 550, 553], length))
    .flatMap(rcpt => {
      const none = rcpt.every(code => code >= 400);
      return none
        ? [503, 554, 354].map(data => ({ mail: 250, rcpt, data, dot: 554 }))
        : [{ mail: 250, rcpt, ...TAKEN }];
    });
  return [...alone, ...several];
}

/** The connection ends behind one of the replies to recipients. */
export function closedAtRecipients(): ReplyRow[] {
  return [1, 2, 3]
    .flatMap(length => lists([250, 450, 550], length))
    .flatMap(rcpt =>
      rcpt.flatMap((_, closesAfter) =>
        [0, 30].map(afterMs => ({ mail: 250, rcpt, ...TAKEN, closesAfter, afterMs })),
      ),
    );
}

/** DATA or the message is refused, where at least one recipient was taken, with a close behind it or without. */
export function refusedMessages(): ReplyRow[] {
  const envelopes = [1, 2, 3]
    .flatMap(length => lists([250, 450, 550], length))
    .filter(rcpt => rcpt.includes(250));
  const codes = [450, 451, 452, 503, 550, 552, 554];
  return envelopes.flatMap(rcpt => [
    ...codes.flatMap(data =>
      [{}, { closesAfter: 'data' as const }].map(close => ({ mail: 250, rcpt, data, dot: 250, ...close })),
    ),
    ...codes.flatMap(dot =>
      [{}, { closesAfter: 'dot' as const }, { closesAfter: 'dot' as const, afterMs: 30 }].map(close => ({
        mail: 250,
        rcpt,
        data: 354,
        dot,
        ...close,
      })),
    ),
    { mail: 250, rcpt, ...TAKEN, closesAfter: 'dot' as const },
  ]);
}
