import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { iisMail, publish } from '../../support/relay-app.js';
import type { OrdinaryRelay } from './ordinary-relay.js';
import { useOrdinaryScene } from './ordinary-relay.js';

const scene = useOrdinaryScene();
const ANN = 'ann@contoso.com';
const BOB = 'bob@contoso.com';

const ownFolder = (...names: string[]): string => join(scene.now.folder, '.mailroom', ...names);

/** The names of the claimed mails. */
function claimed(): string[] {
  return readdirSync(ownFolder('relays')).flatMap(relay =>
    readdirSync(ownFolder('relays', relay, 'claimed')),
  );
}

/** Starts a relay of which one recipient has got a mail and the other waits, which it cannot put on record. */
async function startUnrecorded(): Promise<OrdinaryRelay> {
  publish(scene.now.folder, 'x.eml', iisMail('x', [ANN, BOB]));
  let refuse = true;
  const relay = await scene.now.start({
    RCPT: (_, line) => (refuse && line.includes(BOB) ? '450 4.2.1 busy' : undefined),
    DOT: () => {
      if (refuse) chmodSync(ownFolder('states'), 0o555);
      refuse = false;
      return undefined;
    },
  });
  await relay.until(() => relay.of('problem').length > 0);
  expect(relay.of('problem')[0]?.['reason']).toMatch(/^Nothing can be taken from the folder now: EACCES/);
  return relay;
}

const receivers = (): (readonly string[])[] => scene.now.server.messages.map(({ to }) => to);

describe('A mail of which it is not on record who has it, when its relay ends,', () => {
  it('stays claimed, which is told, and is taken up by the next relay', async () => {
    const relay = await startUnrecorded();
    await relay.stop();
    expect(scene.now.mails()).toEqual([]);
    expect(claimed()).toEqual(['x.eml']);
    expect(relay.of('problem').at(-1)?.['reason']).toMatch(
      /^x\.eml: What became of it could not be put on record before the end: EACCES.* It stays claimed/,
    );
    expect(relay.of('ended')[0]).toMatchObject({ remaining: 1 });
    // The relay has taken it along, because it is empty.
    expect(readdirSync(ownFolder()).toSorted()).toEqual(['README.txt', 'relays']);
    const next = await scene.now.startAgain();
    await next.until(() => next.of('sent').length > 0);
    expect(next.of('recovered')).toMatchObject([{ files: 1 }]);
    expect(receivers()).toEqual([[ANN], [ANN, BOB]]);
  });

  it('goes back into the folder when that can be recorded in time, and nobody gets it twice', async () => {
    const relay = await startUnrecorded();
    const stopped = relay.stop();
    await delay(1500);
    chmodSync(ownFolder('states'), 0o755);
    await stopped;
    expect(scene.now.mails()).toEqual(['x.eml']);
    const next = await scene.now.startAgain(['--once']);
    await next.until(() => next.of('sent').length > 0);
    expect(receivers()).toEqual([[ANN], [BOB]]);
  });
});
