import { describe, expect, it } from '@jest/globals';
import { TalkingChild } from './talking-child.js';

function node(script: string): Promise<TalkingChild> {
  return TalkingChild.start(process.execPath, ['-e', script]);
}

describe('TalkingChild', () => {
  it('is told lines, answers lines, and ends when its input ends', async () => {
    const child = await node(`process.stdin.on('data', data => process.stdout.write('heard ' + data))`);
    child.say('one');
    expect(await child.expectLine()).toBe('heard one');
    expect(await child.finish()).toEqual({ code: 0, signal: null });
    expect(await child.line()).toBeUndefined();
    await expect(child.expectLine()).rejects.toThrow('The child ended (0) and said no more.');
  });

  it('waits for what stands in standard error, and says so when it never comes', async () => {
    const child = await node(`console.error('almost'); setTimeout(() => console.error('ready'), 50)`);
    await child.untilStderr('ready');
    expect(child.stderr).toBe('almost\nready\n');
    await expect(child.untilStderr('never')).rejects.toThrow('without "never"');
  });

  it('can be killed, and is refused when there is no such program', async () => {
    const child = await node(`console.log('on'); setInterval(() => {}, 1000)`);
    expect(await child.expectLine()).toBe('on');
    expect(await child.kill()).toEqual({ code: null, signal: 'SIGKILL' });
    await expect(TalkingChild.start('/no/such/program', [])).rejects.toThrow('ENOENT');
  });
});
