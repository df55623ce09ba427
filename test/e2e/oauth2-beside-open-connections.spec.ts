import { expect, it } from '@jest/globals';
import { until } from '../support/bounded-send.js';
import { closedGate } from '../support/gate.js';
import { useTokenBench } from '../support/token-bench.js';

const tokens = useTokenBench();

it('A connection that gets no token lets its mail leave by those that are open, and nobody blames the server', async () => {
  const gate = closedGate();
  const mail = await tokens.start({
    gate: { accepts: () => true },
    // Each connection asks for a token of its own.
    endpoint: { lifetime: 0 },
    policy: { DOT: () => ({ say: '250 2.0.0 taken', after: gate.opened }) },
  });
  const first = mail.send();
  await until(() => mail.server.commands('DATA').length === 1);
  mail.endpoint.always({ status: 503 });
  const others = mail.sendMany(4);
  await until(() => mail.endpoint.requests.length > 1);
  gate.open();
  expect(await first).toMatchObject({ status: 'accepted' });
  expect((await others).filter(({ status }) => status === 'rejected')).toEqual([]);
  expect(mail.server.messages.map(({ connection }) => connection)).toEqual([0, 0, 0, 0, 0]);
  expect(mail.app.logger.warnings.filter(line => line.includes('MaxConnections'))).toEqual([]);
});
