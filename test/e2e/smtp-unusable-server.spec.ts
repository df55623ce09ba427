import { describe, expect, it } from '@jest/globals';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';

const bench = useMailBench();
const MESSAGE = { to: 'ann@example.com', subject: 's', text: 'x' };

describe.each(['MAIL', 'RCPT'] as const)('A server that answers %s', at => {
  it.each([
    '530 5.7.0 Must issue a STARTTLS command first',
    '530 5.7.1 Authentication required',
    '534 5.7.9 mechanism too weak',
    '535 5.7.8 log in first',
    '538 5.7.11 encryption required',
  ])('with “%s” cannot be used by any mail: the fallback takes it', async reply => {
    const first = await bench.policy({ [at]: () => reply });
    const second = await bench.policy();
    const app = await bench.app(
      { Host: first.host, Port: first.port, FromAddress: 'a@example.com' },
      { fallback: { Host: second.host, Port: second.port } },
    );
    expect(await app.mail.send(MESSAGE)).toMatchObject({ status: 'accepted', fallback: true });
    expect(second.messages).toHaveLength(1);
    expect(app.logger.warnings).not.toEqual([]);
  });

  it.each([
    '550 5.7.1 blocked',
    '553 5.1.8 no such sender',
    '554 5.7.1 no',
    '451 4.3.0 later',
    '503 5.5.1 no',
  ])('with “%s” has refused this mail: no fallback', async reply => {
    const first = await bench.policy({ [at]: () => reply });
    const second = await bench.policy();
    const app = await bench.app(
      { Host: first.host, Port: first.port, FromAddress: 'a@example.com' },
      { fallback: { Host: second.host, Port: second.port } },
    );
    expect(await rejection(app.mail.send(MESSAGE))).toMatchObject({
      code: 'EMAILENVELOPE',
      responseCode: Number(reply.slice(0, 3)),
    });
    expect(second.connections).toBe(0);
  });
});
