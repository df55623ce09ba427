import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { Inject, Injectable, Module } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import type { MailMessage, MailReceipt, MailService, SendOptions } from 'nest-mailroom';
import { MailHook, MailModule, mailServiceToken, MailVeto } from 'nest-mailroom';
import { HANG_MS } from '../support/hang-guard.js';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';

const bench = useMailBench();

@Injectable()
class Footer extends MailHook {
  override beforeSend(message: MailMessage): MailMessage {
    return message.template === undefined
      ? { ...message, text: `${message.text}\n-- sent by Contoso` }
      : message;
  }
}

@Injectable()
class NoFridays extends MailHook {
  override beforeSend(message: MailMessage): MailVeto | undefined {
    return message.subject === 'party' ? new MailVeto('no parties') : undefined;
  }
}

@Injectable()
class Observer extends MailHook {
  readonly receipts: MailReceipt[] = [];
  readonly failures: unknown[] = [];
  override afterSend(receipt: MailReceipt): void {
    this.receipts.push(receipt);
    throw new Error('observer broke');
  }
  override onFailure(error: unknown): void {
    this.failures.push(error);
    throw new Error('observer broke');
  }
}

describe('Mail hooks', () => {
  it('may change a message, veto it with a reason, and watch what becomes of it', async () => {
    const sink = await bench.sink({
      rejectRecipient: address => (address.startsWith('gone') ? { code: 550, message: 'no' } : undefined),
    });
    const app = await bench.app(
      { Host: sink.host, Port: sink.port, FromAddress: 'a@contoso.com' },
      { hooks: [Footer, NoFridays, Observer] },
    );
    const observer = app.app.get(Observer, { strict: false });

    const sent = await app.mail.send({ to: 'ann@contoso.com', subject: 'work', text: 'Hi' });
    expect((await sink.messages[0]?.parse())?.text).toContain('-- sent by Contoso');
    const vetoed = await app.mail.send({ to: 'ann@contoso.com', subject: 'party', text: 'Hi' });
    expect(vetoed).toMatchObject({
      status: 'suppressed',
      dropped: [{ address: 'ann@contoso.com', field: 'to', rule: 'hook', reason: 'no parties' }],
    });
    const error = await rejection(app.mail.send({ to: 'gone@contoso.com', subject: 'work', text: 'Hi' }));

    expect(observer.receipts).toEqual([sent, vetoed]);
    expect(observer.failures).toEqual([error]);
    expect(app.logger.lines.filter(line => line.includes('Observer failed'))).toHaveLength(3);
    expect(sink.messages).toHaveLength(1);
  });
});

it('A hook that takes long afterwards does not cost the caller the receipt, and streams that hooks attach are closed', async () => {
  const sink = await bench.sink();
  const attached: Readable[] = [];
  @Injectable()
  class Slow extends MailHook {
    override beforeSend(message: MailMessage): MailMessage {
      const content = createReadStream('/no/such/file');
      attached.push(content);
      return message.template === undefined
        ? { ...message, attachments: [{ filename: 'x', content }] }
        : message;
    }
    override async onFailure(): Promise<void> {
      await new Promise(resolve => setTimeout(resolve, 200));
    }
  }
  const app = await bench.app(
    { Host: sink.host, Port: sink.port, FromAddress: 'a@contoso.com' },
    { hooks: [Slow] },
  );
  const error = await rejection(
    app.mail.send({ subject: 's', to: 'ann@contoso.com', text: 'Hi' }, { timeoutMs: 1000 }),
  );
  expect(error).toMatchObject({ name: 'MailMessageError', code: 'EMAILATTACHMENT' });
  expect(attached.map(stream => stream.destroyed)).toEqual([true]);
});

describe('A stream that a hook attaches', () => {
  const attached: Readable[] = [];

  @Injectable()
  class Attaching extends MailHook {
    override beforeSend(message: MailMessage): MailMessage {
      const content = createReadStream('/no/such/file');
      attached.push(content);
      return { ...message, attachments: [{ filename: 'x', content }] } as MailMessage;
    }
  }

  @Injectable()
  class Thinking extends MailHook {
    override async beforeSend(): Promise<void> {
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  }

  @Injectable()
  class Replacing extends MailHook {
    override beforeSend(message: MailMessage): MailMessage {
      return { ...message, attachments: [] } as MailMessage;
    }
  }

  @Injectable()
  class Refusing extends MailHook {
    override beforeSend(): never {
      throw new Error('no');
    }
  }

  @Injectable()
  class Late extends MailHook {
    override async beforeSend(message: MailMessage): Promise<MailMessage> {
      await new Promise(resolve => setTimeout(resolve, 500));
      const content = createReadStream(import.meta.filename);
      attached.push(content);
      return { ...message, attachments: [{ filename: 'x', content }] } as MailMessage;
    }
  }

  async function sendWith(hooks: Type<MailHook>[], options: SendOptions = {}): Promise<unknown> {
    attached.length = 0;
    const sink = await bench.sink();
    const app = await bench.app(
      { Host: sink.host, Port: sink.port, FromAddress: 'a@contoso.com' },
      { hooks },
    );
    return app.mail
      .send({ subject: 's', to: 'ann@contoso.com', text: 'Hi' }, options)
      .catch((error: unknown) => error);
  }

  it.each([
    ['while the next hook thinks', [Attaching, Thinking], { code: 'EMAILATTACHMENT' }],
    ['that the next hook replaces', [Attaching, Replacing], { status: 'accepted' }],
    ['when the next hook refuses', [Attaching, Refusing], { message: 'no' }],
  ] as [string, Type<MailHook>[], object][])(
    'and that fails %s crashes nothing and is closed',
    async (_, hooks, outcome) => {
      expect(await sendWith(hooks)).toMatchObject(outcome);
      await new Promise(resolve => setTimeout(resolve, 50));
      expect(attached.map(stream => [stream.destroyed, stream.listenerCount('error') > 0])).toEqual([
        [true, true],
      ]);
    },
  );

  it('when its send has ended long ago is closed too', async () => {
    expect(await sendWith([Late], { timeoutMs: 100 })).toMatchObject({ code: 'EMAILTIMEOUT' });
    const deadline = Date.now() + HANG_MS;
    while (attached[0]?.destroyed !== true && Date.now() < deadline)
      await new Promise(resolve => setTimeout(resolve, 20));
    expect(attached.map(stream => stream.destroyed)).toEqual([true]);
  });
});

describe('A mail hook', () => {
  const LEDGER = Symbol('LEDGER');
  interface Ledger {
    readonly entries: string[];
  }

  it('is a provider: what it injects comes from the modules that the mailer imports', async () => {
    @Injectable()
    class Bookkeeper extends MailHook {
      constructor(@Inject(LEDGER) private readonly ledger: Ledger) {
        super();
      }
      override beforeSend(message: MailMessage): void {
        this.ledger.entries.push(`before ${message.subject}`);
      }
      override afterSend({ status }: MailReceipt, message: MailMessage): void {
        this.ledger.entries.push(`after ${message.subject}: ${status}`);
      }
    }
    const ledger: Ledger = { entries: [] };
    class Books {}
    Module({ providers: [{ provide: LEDGER, useValue: ledger }], exports: [LEDGER] })(Books);
    const sink = await bench.sink();
    const app = await bench.appOf(
      MailModule.forRoot(
        { Host: sink.host, Port: sink.port, FromAddress: 'a@contoso.com' },
        { imports: [Books], hooks: [Bookkeeper] },
      ),
    );
    await app.mail.send({ to: 'ann@contoso.com', subject: 'one', text: 't' });
    expect(ledger.entries).toEqual(['before one', 'after one: accepted']);
  });

  it('hears of the message as it went out, with the changes of all hooks', async () => {
    const heard: MailMessage[] = [];
    @Injectable()
    class First extends MailHook {
      override beforeSend(message: MailMessage): MailMessage {
        return { ...message, subject: `${message.subject} one` } as MailMessage;
      }
      override afterSend(_receipt: MailReceipt, message: MailMessage): void {
        heard.push(message);
      }
      override onFailure(_error: unknown, message: MailMessage): void {
        heard.push(message);
      }
    }
    @Injectable()
    class Second extends MailHook {
      override async beforeSend(message: MailMessage): Promise<MailMessage> {
        return { ...message, subject: `${message.subject} two` } as MailMessage;
      }
    }
    const sink = await bench.sink({
      rejectRecipient: address => (address.startsWith('gone') ? { code: 550, message: 'no' } : undefined),
    });
    const app = await bench.app(
      { Host: sink.host, Port: sink.port, FromAddress: 'a@contoso.com' },
      { hooks: [First, Second] },
    );
    const message = { to: 'ann@contoso.com', subject: 'zero', text: 't' };
    await app.mail.send(message);
    await rejection(app.mail.send({ ...message, to: 'gone@contoso.com' }));
    expect(heard.map(({ subject }) => subject)).toEqual(['zero one two', 'zero one two']);
    expect((await sink.messages[0]?.parse())?.subject).toBe('zero one two');
    expect(message.subject).toBe('zero');
  });

  it('whose change makes a message that cannot be sent lets nothing leave', async () => {
    @Injectable()
    class Breaker extends MailHook {
      override beforeSend(message: MailMessage): MailMessage {
        return { ...message, to: 'ann@contoso.com, bob@contoso.com' } as MailMessage;
      }
    }
    const sink = await bench.sink();
    const app = await bench.app(
      { Host: sink.host, Port: sink.port, FromAddress: 'a@contoso.com' },
      { hooks: [Breaker] },
    );
    expect(await rejection(app.mail.send({ subject: 's', to: 'ann@contoso.com', text: 't' }))).toMatchObject({
      code: 'EMAILADDRESS',
      field: 'to',
    });
    expect(sink.connections).toBe(0);
  });

  it('that throws before a send makes it fail with that very error, and nothing leaves', async () => {
    const reason = new Error('no budget');
    const failures: unknown[] = [];
    @Injectable()
    class Thrower extends MailHook {
      override beforeSend(): never {
        throw reason;
      }
      override onFailure(error: unknown): void {
        failures.push(error);
      }
    }
    const sink = await bench.sink();
    const app = await bench.app(
      { Host: sink.host, Port: sink.port, FromAddress: 'a@contoso.com' },
      { hooks: [Thrower] },
    );
    expect(await rejection(app.mail.send({ subject: 's', to: 'ann@contoso.com', text: 't' }))).toBe(reason);
    expect(failures).toEqual([reason]);
    expect(sink.connections).toBe(0);
  });

  it('that vetoes keeps later hooks from being asked, and all of them hear of the receipt', async () => {
    const asked: string[] = [];
    @Injectable()
    class No extends MailHook {
      override beforeSend(): MailVeto {
        return new MailVeto('quiet hours');
      }
      override afterSend(receipt: MailReceipt): void {
        asked.push(`no: ${receipt.status}`);
      }
    }
    @Injectable()
    class Later extends MailHook {
      override beforeSend(): void {
        asked.push('later');
      }
      override afterSend(receipt: MailReceipt): void {
        asked.push(`later: ${receipt.status}`);
      }
    }
    const app = await bench.app({ Host: 'x', FromAddress: 'a@contoso.com' }, { hooks: [No, Later] });
    const receipt = await app.mail.send({
      subject: 's',
      to: 'ann@contoso.com',
      bcc: 'bob@contoso.com',
      text: 't',
    });
    expect(receipt.dropped).toEqual([
      { address: 'ann@contoso.com', field: 'to', rule: 'hook', reason: 'quiet hours' },
      { address: 'bob@contoso.com', field: 'bcc', rule: 'hook', reason: 'quiet hours' },
    ]);
    expect(asked).toEqual(['no: suppressed', 'later: suppressed']);
  });

  it('belongs to its mailer alone', async () => {
    @Injectable()
    class Silent extends MailHook {
      override beforeSend(): MailVeto {
        return new MailVeto('silenced');
      }
    }
    const sink = await bench.sink();
    const settings = { Host: sink.host, Port: sink.port, FromAddress: 'a@contoso.com' };
    const app = await bench.appOf(
      MailModule.forRoot(settings, { name: 'loud' }),
      MailModule.forRoot(settings, { name: 'silent', hooks: [Silent] }),
    );
    const message = { subject: 's', to: 'ann@contoso.com', text: 't' };
    const mailer = (name: string): MailService =>
      app.app.get<MailService>(mailServiceToken(name), { strict: false });
    expect((await mailer('silent').send(message)).status).toBe('suppressed');
    expect((await mailer('loud').send(message)).status).toBe('accepted');
  });
});
