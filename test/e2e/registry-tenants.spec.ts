import { describe, expect, it } from '@jest/globals';
import type { MailService } from 'nest-mailroom';
import { MailSettingsError } from 'nest-mailroom';
import { until } from '../support/bounded-send.js';
import { useMailBench } from '../support/mail-bench.js';
import { mailOf, registryApp, settingsFor, subjectsOf } from '../support/registry-app.js';
import { rejection } from '../support/rejection.js';

const bench = useMailBench();
const COUNT = 500;

describe('500 tenants, of which one has bad settings, one a server that hangs and one a server that refuses', () => {
  it('do not touch each other, and share what a process has once', async () => {
    const sink = await bench.sink();
    const hanging = await bench.sink({ delayDataMs: 60_000 });
    const refusing = await bench.sink({ auth: { user: 'u', pass: 'right' }, allowInsecureAuth: true });
    const { registry, close } = await registryApp(bench, { shutdownTimeoutMs: 300 });
    const listeners = ['exit', 'SIGTERM', 'beforeExit', 'uncaughtException', 'unhandledRejection'].map(name =>
      process.listenerCount(name),
    );
    const special: Record<number, object> = {
      7: { ...settingsFor(sink), Port: 'none' },
      8: settingsFor(hanging),
      9: settingsFor(refusing, { Username: 'u', Password: 'wrong' }),
    };
    const opened = await Promise.allSettled(
      Array.from({ length: COUNT }, (_, index) =>
        registry.open(
          `tenant ${index}`,
          special[index] ?? settingsFor(sink, { FromAddress: `t${index}@example.com` }),
        ),
      ),
    );
    const bad = opened.filter(({ status }) => status === 'rejected');
    expect(bad).toEqual([{ status: 'rejected', reason: expect.any(MailSettingsError) }]);
    expect(String((bad[0] as PromiseRejectedResult).reason)).toContain('of the mailer "tenant 7"');
    const mailers = opened.map(one => (one.status === 'fulfilled' ? one.value : undefined));
    const stuck = rejection(mailers[8]?.send(mailOf('stuck')) ?? Promise.resolve());
    expect(await rejection(mailers[9]?.send(mailOf('refused')) ?? Promise.resolve())).toMatchObject({
      code: 'EMAILAUTH',
    });
    const others = mailers.filter(
      (mail): mail is MailService => mail !== undefined && mail !== mailers[8] && mail !== mailers[9],
    );
    for (let begin = 0; begin < others.length; begin += 50)
      await Promise.all(
        others.slice(begin, begin + 50).map((mail, index) => mail.send(mailOf(`${begin + index}`))),
      );
    expect(sink.messages).toHaveLength(COUNT - 3);
    expect(new Set(subjectsOf(sink)).size).toBe(COUNT - 3);
    expect(
      ['exit', 'SIGTERM', 'beforeExit', 'uncaughtException', 'unhandledRejection'].map(name =>
        process.listenerCount(name),
      ),
    ).toEqual(listeners);
    await close();
    expect(await stuck).toMatchObject({ code: 'EMAILCLOSED' });
    await until(() => sink.openConnections + hanging.openConnections === 0);
  }, 120_000);
});

describe('The limits of one tenant', () => {
  it('are its own: its rate and its connections do not slow another one down', async () => {
    const sink = await bench.sink();
    const { registry } = await registryApp(bench);
    const slow = await registry.open(
      'slow',
      settingsFor(sink, { MaxMessagesPerSecond: 1, MaxConnections: 1 }),
    );
    const fast = await registry.open('fast', settingsFor(sink));
    const waiting = [1, 2, 3].map(number => slow.send(mailOf(`slow ${number}`)).catch(() => undefined));
    await Promise.all([1, 2, 3].map(number => fast.send(mailOf(`fast ${number}`))));
    expect(subjectsOf(sink).filter(subject => subject.startsWith('fast'))).toHaveLength(3);
    expect(sink.messages.length).toBeLessThan(6);
    await registry.close('slow');
    await Promise.all(waiting);
  });

  it('are its own: a fallback that takes over for one does not for another', async () => {
    const [sink, other] = [await bench.sink(), await bench.sink()];
    const dead = await bench.unusedPort();
    const { registry, logger } = await registryApp(bench);
    const options = { fallback: settingsFor(other) };
    const broken = await registry.open('broken', settingsFor({ port: dead }), options);
    const sound = await registry.open('sound', settingsFor(sink), options);
    expect(await broken.send(mailOf('broken'))).toMatchObject({ status: 'accepted', fallback: true });
    expect(await sound.send(mailOf('sound'))).toMatchObject({ status: 'accepted' });
    expect([subjectsOf(sink), subjectsOf(other)]).toEqual([['sound'], ['broken']]);
    expect(logger.warnings).toEqual([expect.stringContaining('The fallback takes over')]);
  });

  it('count for its templates, too: the same name is another mail for each', async () => {
    const sink = await bench.sink();
    const { registry } = await registryApp(bench);
    for (const name of ['acme', 'globex']) {
      const folder = bench.folder();
      folder.write('hello/subject.hbs', `${name} greets {{who}}`);
      folder.write('hello/html.hbs', `<p>{{shout who}} of ${name}</p>`);
      const mail = await registry.open(name, settingsFor(sink), {
        templates: {
          directories: [folder.path],
          helpers: { shout: (who: unknown) => `${name} ${String(who)}!` },
        },
      });
      await mail.send({ to: 'ann@example.com', template: 'hello', context: { who: 'Ann' } });
    }
    expect(subjectsOf(sink)).toEqual(expect.arrayContaining(['acme greets Ann', 'globex greets Ann']));
    expect(sink.messages.map(({ raw }) => raw.toString()).join()).toContain('globex Ann!');
  });
});
