import { describe, expect, it } from '@jest/globals';
import type { MailModuleOptions } from 'nest-mailroom';
import type { MailApp } from '../support/mail-app.js';
import { useMailBench } from '../support/mail-bench.js';
import type { PolicySmtpServer } from '../support/policy-smtp-server.js';
import { rejection } from '../support/rejection.js';
import { sentAtOnce } from '../support/sent-at-once.js';

const bench = useMailBench();
const MESSAGE = { to: ['ann@example.com', 'bob@example.com'], subject: 's', text: 'x' };

const mailer = (server: PolicySmtpServer, options?: MailModuleOptions): Promise<MailApp> =>
  bench.against(server, { MaxConnections: 1 }, options);

describe.each([
  ['one by one', [] as string[]],
  ['with PIPELINING', ['PIPELINING']],
])('A sender that is refused, %s,', (_, extensions) => {
  describe.each([
    '554 5.5.1 no valid sender',
    '502 5.5.1 what',
    '500 5.5.2 what',
    '503 5.5.1 no sender',
    '550 no',
  ])('with “%s” to the recipients behind it,', rcpt => {
    const refusing = (mail: string, refused: () => boolean): Promise<PolicySmtpServer> =>
      bench.policy(
        {
          MAIL: () => (refused() ? mail : undefined),
          RCPT: visit => (visit.sender === undefined ? rcpt : undefined),
        },
        { extensions },
      );

    it('for now, is tried again by the option retry', async () => {
      let refusals = 2;
      const server = await refusing('450 4.7.1 greylisted', () => refusals-- > 0);
      const app = await mailer(server, { retry: { attempts: 4, backoff: 1 } });
      expect(await app.mail.send(MESSAGE)).toMatchObject({ accepted: MESSAGE.to, rejected: [] });
      expect(server.commands('MAIL')).toHaveLength(3);
    });

    it('for good, is not tried again by the option retry', async () => {
      const server = await refusing('553 5.1.8 no such domain', () => true);
      const app = await mailer(server, { retry: { attempts: 4, backoff: 1 } });
      expect(await rejection(app.mail.send(MESSAGE))).toMatchObject({
        code: 'EMAILENVELOPE',
        phase: 'envelope',
        responseCode: 553,
        enhancedCode: '5.1.8',
        retryable: false,
      });
      expect(server.commands('MAIL')).toHaveLength(1);
    });
  });

  it.each(['450 4.7.1 greylisted', '451 4.3.0 later', '452 4.3.1 no room', '503 5.5.1 no'])(
    'by “%s”, mail after mail, is asked about once for each: the connection has sent none',
    async mail => {
      const server = await bench.policy({ MAIL: () => mail }, { extensions });
      const app = await mailer(server);
      expect((await sentAtOnce(app, 6)).failures).toHaveLength(6);
      expect(server.commands('MAIL')).toHaveLength(6);
    },
  );

  it.each(['450 4.2.1 busy', '451 4.7.1 greylisted'])(
    'or recipients that are, by “%s”, are asked about once for each mail: the connection has sent none',
    async reply => {
      const server = await bench.policy({ RCPT: () => reply }, { extensions });
      const app = await mailer(server);
      expect((await sentAtOnce(app, 6)).failures).toHaveLength(6);
      expect(server.commands('RCPT')).toHaveLength(6);
    },
  );

  it.each(['421 4.7.0 Error: too many errors', '452 4.7.0 too many errors'])(
    'so often that the server says “%s”, costs the next mail nothing',
    async reply => {
      const server = await bench.policy(
        {
          MAIL: visit => {
            const begun = visit.lines.filter(line => line.startsWith('MAIL')).length;
            return begun > 3 ? reply : undefined;
          },
          RCPT: (__, line) => (line.includes('gone@') ? '550 5.1.1 no such user' : undefined),
        },
        { extensions },
      );
      const app = await mailer(server);
      for (let mail = 0; mail < 3; mail++)
        expect(await rejection(app.mail.send({ ...MESSAGE, to: 'gone@example.com' }))).toMatchObject({
          responseCode: 550,
        });
      expect(await app.mail.send(MESSAGE)).toMatchObject({ accepted: MESSAGE.to });
      expect(server.connections).toBe(2);
    },
  );
});
