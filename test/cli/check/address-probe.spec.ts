import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { addressesOf, connectToEach, reachableAddresses } from '../../../lib/cli/check/address-probe.js';
import { MailSink } from '../../support/mail-sink.js';

let sink: MailSink;
beforeEach(async () => {
  sink = await MailSink.start();
});
afterEach(() => sink.close());

const never = new AbortController().signal;

it('Every address is tried, and the first one that takes a connection keeps it', async () => {
  const { attempts, socket } = await connectToEach(['127.0.0.2', sink.host, '127.0.0.3'], sink.port, never);
  expect(attempts).toEqual([
    { address: '127.0.0.2', failure: 'refused, nothing listens there' },
    { address: sink.host },
    { address: '127.0.0.3', failure: 'refused, nothing listens there' },
  ]);
  expect(socket?.remoteAddress).toBe(sink.host);
  socket?.destroy();
});

it('Where no address takes a connection there is none', async () => {
  const { attempts, socket } = await connectToEach(['127.0.0.2'], sink.port, never);
  expect(attempts).toHaveLength(1);
  expect(socket).toBeUndefined();
});

it('A signal ends the tries and the question for addresses', async () => {
  const ended = AbortSignal.abort(new Error('enough'));
  expect(await connectToEach([sink.host], sink.port, ended)).toEqual({
    attempts: [{ address: sink.host, failure: 'no answer' }],
  });
  await expect(addressesOf('localhost', ended)).rejects.toThrow('enough');
});

it('A machine that can reach nothing of one kind only leaves out the others', () => {
  expect(reachableAddresses([])).toEqual([]);
  expect(reachableAddresses(['2001:db8::1'])).toEqual(['2001:db8::1']);
  expect(reachableAddresses(['192.0.2.1'])).toEqual(['192.0.2.1']);
});

it('An address is its own, and a name has those that the system knows', async () => {
  expect(await addressesOf('::1', never)).toEqual(['::1']);
  expect(await addressesOf('localhost', never)).toContain('127.0.0.1');
});
