import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { TerminalRelayReport } from '../../lib/cli/relay/terminal-relay-report.js';
import { PickupRelay } from '../../lib/relay/engine/pickup-relay.js';
import { MailSink } from '../support/mail-sink.js';
import { iisMail, publish } from '../support/relay-app.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

let folder: TemporaryDirectory;
let sink: MailSink;
beforeEach(async () => {
  folder = temporaryDirectory();
  sink = await MailSink.start({
    rejectRecipient: address => (address.startsWith('gone') ? { code: 550, message: 'no' } : undefined),
    delayDataMs: 300,
  });
});
afterEach(async () => {
  await sink.close();
  folder.remove();
});

it('A terminal sees a line that is written over, a line for what needs attention, and the result', async () => {
  let written = '';
  const report = new TerminalRelayReport({
    isTTY: true,
    columns: 60,
    write: (text: string) => (written += text),
  });
  const settings = { Host: sink.host, Port: sink.port, PickupDirectory: folder.path };
  publish(folder.path, 'a.eml', iisMail('a'));
  publish(folder.path, 'b.eml', iisMail('b', ['gone@contoso.com']));
  const relay = await PickupRelay.create({ settings, onEvent: event => report.event(event) });
  report.begin(relay);
  const draining = relay.drain();
  await delay(250);
  report.end(await draining);
  const lines = written.split('\r\u001b[K').slice(1);
  expect(lines[0]).toBe(`Emptying ${folder.path}; Ctrl-C ends it.\n`);
  expect(lines).toContainEqual(
    expect.stringMatching(/^0 sent, 0 deferred, \d rejected, \d in the folder, 0\.0\/s$/),
  );
  expect(lines).toContainEqual(
    expect.stringMatching(/^rejected b\.eml, moved to .*b\.eml: 550 no \(g\*\*\*@contoso\.com\)\n$/),
  );
  expect(lines.at(-1)).toBe('1 sent, 0 deferred, 1 rejected; 0 left in the folder.\n');
  for (const line of lines.filter(text => !text.endsWith('\n'))) expect(line.length).toBeLessThan(60);
});
