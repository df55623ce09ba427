import { describe, expect, it } from '@jest/globals';
import { MailDeliveryError } from 'nest-mailroom';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';

const bench = useMailBench();

describe.each(['MAIL', 'RCPT', 'DOT'] as const)('The enhanced code of a reply to %s', at => {
  it.each([
    ['550 5.7.1 blocked', '5.7.1'],
    ['550 5.7.1: blocked', '5.7.1'],
    ['550 5.7.1', '5.7.1'],
    ['550 5.7.606 Access denied, banned sending IP [192.0.2.1]', '5.7.606'],
    ['550-5.1.1 no such\r\n550 5.1.1 user', '5.1.1'],
    ['450 4.2.1 later', '4.2.1'],
    ['450 4.7.25: no reverse name', '4.7.25'],
    ['550 5.6.7.8 blocked', undefined],
    ['550 5.6.7.8: blocked', undefined],
    ['550 192.0.2.1 blocked', undefined],
    ['450 4.3.2.1 greylisted', undefined],
    ['550 2.3.4.5', undefined],
    ['550 5.7.1blocked', undefined],
    ['550 5.7.1. blocked', undefined],
    ['550 5.7.1, blocked', undefined],
    ['550 5.7.1-blocked', undefined],
    ['550 3.7.1 blocked', undefined],
    ['550 1.2.3 blocked', undefined],
    ['550 9.7.1 blocked', undefined],
    ['550 5.7 blocked', undefined],
    ['550 5.1.1000 blocked', undefined],
    ['550 5.1000.1 blocked', undefined],
    ['550 #5.7.1 blocked', undefined],
    ['550 blocked 5.7.1 there', undefined],
  ])('“%s” is %s', async (reply, enhancedCode) => {
    const server = await bench.policy({ [at]: () => reply });
    const app = await bench.app({ Host: server.host, Port: server.port, FromAddress: 'a@example.com' });
    const error = await rejection(app.mail.send({ to: 'ann@example.com', subject: 's', text: 'x' }));
    expect(error).toMatchObject({ responseCode: Number(reply.slice(0, 3)), enhancedCode });
    if (at !== 'RCPT' || !(error instanceof MailDeliveryError)) return;
    expect(error.recipients?.map(recipient => recipient.enhancedCode)).toEqual([enhancedCode]);
  });
});
