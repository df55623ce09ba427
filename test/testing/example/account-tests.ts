import 'reflect-metadata';
import assert from 'node:assert/strict';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Mailbox, MailTestingModule } from 'nest-mailroom/testing';
import { Accounts, AccountsModule } from './accounts.app.js';

/** What a test runner offers; the same tests run under each. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => Promise<void>): unknown;
  afterEach(body: () => Promise<void>): unknown;
  /** Stops the clock, and lets it go on. */
  readonly fakeTimers: { stop(): void; goOn(): void };
}

/** Tests of the application from outside, and of one provider. */
export function accountTests({ describe, it, afterEach, fakeTimers }: TestRunner): void {
  const apps: INestApplication[] = [];
  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
  });

  async function start(): Promise<{
    mailbox: Mailbox;
    forgot(address: string): Promise<number>;
    app: INestApplication;
  }> {
    const testing = Test.createTestingModule({ imports: [AccountsModule, MailTestingModule.forRoot()] });
    const app = (await testing.compile()).createNestApplication({ logger: false });
    apps.push(app);
    await app.listen(0, '127.0.0.1');
    const url = await app.getUrl();
    const forgot = async (address: string): Promise<number> => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${url}/forgot`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ address }),
      });
      return response.status;
    };
    return { mailbox: app.get(Mailbox), forgot, app };
  }

  describe('The accounts', () => {
    it('send a link that lets its owner back in', async () => {
      const { mailbox, forgot, app } = await start();
      assert.equal(await forgot('ann@contoso.com'), 201);
      const mail = mailbox.assertSent({
        to: 'ann@contoso.com',
        template: 'notification',
        text: 'hopefully you',
      });
      const { pathname, search } = new URL(mailbox.linkIn(mail, /reset/));
      const response = await fetch(`${await app.getUrl()}${pathname}${search}`);
      assert.equal(await response.text(), '{"owner":"ann@contoso.com"}');
    });

    it('tell when the mail server is busy', async () => {
      const { mailbox, forgot } = await start();
      mailbox.failNext({ responseCode: 451 });
      assert.equal(await forgot('ann@contoso.com'), 503);
      mailbox.assertNothingSent();
      assert.equal(await forgot('ann@contoso.com'), 201);
      mailbox.assertCount(1);
    });

    it('of two applications do not see each other’s mails', async () => {
      const [one, two] = await Promise.all([start(), start()]);
      await Promise.all([one.forgot('ann@contoso.com'), two.forgot('bob@contoso.com')]);
      one.mailbox.assertCount(1, { to: 'ann@contoso.com' });
      one.mailbox.assertNotSent({ to: 'bob@contoso.com' });
      two.mailbox.assertCount(1, { to: 'bob@contoso.com' });
    });

    it('are waited for while the clock stands still', async () => {
      const module = await providerAlone();
      fakeTimers.stop();
      try {
        const mailbox = module.get(Mailbox);
        const failing = mailbox.waitFor({ to: 'bob@contoso.com' }, 20).then(
          () => 'came',
          (error: Error) => error.name,
        );
        const waiting = mailbox.waitFor({ to: 'ann@contoso.com' });
        await module.get(Accounts).forgot('ann@contoso.com');
        assert.equal((await waiting).subject, 'Reset your password');
        assert.equal(await failing, 'AssertionError');
      } finally {
        fakeTimers.goOn();
      }
    });
  });
}

/** A test that fails, for how the runner shows it. */
export function failingTest({ describe, it }: TestRunner): void {
  describe('A test that fails', () => {
    it('shows what was sent instead', async () => {
      const module = await providerAlone();
      await module.get(Accounts).forgot('ann@contoso.com');
      module.get(Mailbox).assertSent({ to: 'bob@contoso.com', subject: 'Reset your password' });
    });
  });
}

async function providerAlone(): Promise<{ get: INestApplication['get'] }> {
  const settings = { Host: 'localhost', FromAddress: 'no-reply@contoso.com' };
  return Test.createTestingModule({
    imports: [MailTestingModule.forRoot({ settings })],
    providers: [Accounts],
  }).compile();
}
