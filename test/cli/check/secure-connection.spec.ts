import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { DiagnosisStep } from '../../../lib/cli/check/diagnosis-step.js';
import { startTlsAsSet } from '../../../lib/cli/check/secure-connection.js';
import type { SmtpOffer } from '../../../lib/cli/check/smtp-probe.js';
import { SmtpProbe } from '../../../lib/cli/check/smtp-probe.js';
import type { SecureSocketOption } from '../../../lib/core/settings/mail-settings.js';
import { resolveMailSettings } from '../../../lib/core/settings/resolve-mail-settings.js';
import { MailSink } from '../../support/mail-sink.js';

let sink: MailSink;
let socket: Socket;
beforeEach(async () => {
  sink = await MailSink.start();
  socket = connect(sink.port, sink.host);
  await once(socket, 'connect');
});
afterEach(async () => {
  socket.destroy();
  await sink.close();
});

const OFFER: SmtpOffer = { startTls: false, mechanisms: [], extensions: [] };

/** What is said of a host elsewhere, which the connection stands for. */
async function stepsFor(
  host: string,
  option: SecureSocketOption,
  offer: SmtpOffer,
): Promise<DiagnosisStep[]> {
  const steps: DiagnosisStep[] = [];
  const { signal } = new AbortController();
  const context = {
    settings: resolveMailSettings({ Host: host, FromAddress: 'a@contoso.com', SecureSocketOption: option }),
    host,
    named: (key: string) => key,
    signal,
    probeSignal: signal,
    verdict: undefined,
    signIn: undefined,
    isRefreshTokenReplaced: false,
    tell: (step: DiagnosisStep): void => void steps.push(step),
  };
  await startTlsAsSet(context, new SmtpProbe(socket, signal), offer);
  return steps;
}

it('Mails that cross a network in clear are a warning, whoever wants it so and whatever the name of the host', async () => {
  Object.defineProperty(socket, 'remoteAddress', { value: '203.0.113.5' });
  expect(await stepsFor('localhost', 'Auto', OFFER)).toEqual([
    expect.objectContaining({
      status: 'warning',
      message: 'Mails cross the network in clear, as the server does not offer STARTTLS',
      advice: expect.stringContaining('Ask for TLS on the server'),
    }),
  ]);
  expect(await stepsFor('mail.contoso.com', 'None', { ...OFFER, startTls: true })).toEqual([
    expect.objectContaining({
      status: 'warning',
      message: expect.stringContaining('SecureSocketOption is None, although the server offers STARTTLS'),
      advice: expect.stringContaining('Set SecureSocketOption to StartTls'),
    }),
  ]);
});

it('Mails that stay on this machine are none, whatever the name of the host', async () => {
  expect(await stepsFor('mail.contoso.com', 'Auto', OFFER)).toEqual([
    expect.objectContaining({ status: 'ok', message: expect.stringContaining('they stay on this machine') }),
  ]);
});
