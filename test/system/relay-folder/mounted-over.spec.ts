import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { NOBODY, useOrdinaryScene } from './ordinary-relay.js';

const scene = useOrdinaryScene();

it('A relay with a state directory waits as long as another file system is mounted over its folder', async () => {
  const relay = await scene.now.start({}, ['--state', join(scene.now.above, 'state'), '--poll', '1']);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `uid=${NOBODY},gid=${NOBODY}`, 'none', scene.now.folder]);
  try {
    scene.now.publish(3, 'over');
    await relay.until(() => relay.of('problem').length > 0);
    await delay(3000);
    expect(relay.of('problem').map(({ reason }) => reason)).toEqual([
      expect.stringContaining('lies on another file system than stateDirectory by now'),
    ]);
    expect(scene.now.mails()).toHaveLength(3);
  } finally {
    execFileSync('umount', ['--lazy', scene.now.folder]);
  }
  scene.now.publish(3, 'below');
  await relay.until(() => relay.of('sent').length >= 3);
  await relay.stop();
  expect(scene.now.server.messages).toHaveLength(3);
});
