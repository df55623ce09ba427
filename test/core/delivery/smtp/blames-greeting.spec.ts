import { describe, expect, it } from '@jest/globals';
import { blamesGreeting } from '../../../../lib/core/delivery/smtp/greeting-advice.js';

const NAME = 'vm.contoso.com';

describe('A reply blames the name in EHLO', () => {
  it.each([
    '504 5.5.2 <vm>: Helo command rejected: need fully-qualified hostname',
    '450 4.7.1 <vm.contoso.com>: Helo command rejected: Host not found',
    '554 5.7.1 <vm.contoso.com>: Helo command rejected: Access denied',
    '501 5.5.2 <[10.0.0.5]>: Helo command rejected: Invalid name',
    '550 5.7.1 Helo is a dynamic address',
    '550 Invalid HELO',
    '501 Syntactically invalid EHLO argument(s)',
    '550-Your EHLO name does not resolve\n550 go away',
    '550 5.7.1 need fully qualified hostname',
    '504 5.5.2 a fully-qualified domain name is needed',
    '550 FQDN required',
    '550 5.7.1 Your host name vm.contoso.com does not resolve',
    '421 4.7.0 HELO/EHLO argument rejected',
    '550 Bad HELO (vm.contoso.com)',
  ])('in words: %s', reply => {
    expect(blamesGreeting(reply, NAME)).toBe(true);
  });

  it.each([
    '250 HELO is fine',
    '503 5.5.1 Error: send HELO/EHLO first',
    '550 5.1.1 <helo@contoso.com>: Recipient address rejected: User unknown',
    '550 5.1.8 <a@vm.contoso.com>: Sender address rejected: Domain not found',
    '504 5.5.2 <ann>: Recipient address rejected: need fully-qualified address',
    '550 5.1.8 Sender address rejected: FQDN required',
    '550 5.7.1 Refused by helo.contoso.com',
    '550 5.7.1 Your hostname other.vm.contoso.com does not resolve',
    '550 5.7.1 Your hostname vm.contoso.com.example does not resolve',
    '554 5.7.1 Relay access denied',
    '',
  ])('not by what is about something else: %s', reply => {
    expect(blamesGreeting(reply, NAME)).toBe(false);
  });
});
