import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { rejection } from '../../support/rejection.js';
import { findUnpackedPrograms } from '../mail-servers/unpacked-programs.js';
import { PrivateExim } from './private-exim.js';

describe('A private Exim', () => {
  it('that is ended leaves neither a process nor a file, also when it is ended twice', async () => {
    const exim = await PrivateExim.start();
    const { directory } = exim;
    expect(exim.processIds().length).toBeGreaterThan(1);
    expect(existsSync(directory)).toBe(true);
    await exim.stop();
    await exim.stop();
    expect(exim.processIds()).toEqual([]);
    expect(existsSync(directory)).toBe(false);
  });

  it('that does not even start makes the tests fail, and says what it complained about', async () => {
    const error = await rejection(PrivateExim.start({ options: { no_such_option: 'true' } }));
    expect(String(error)).toContain('did not start');
    expect(String(error)).toContain('no_such_option');
  });
});

describe('Without an unpacked Exim', () => {
  it('the tests fail and say how to get it', async () => {
    const find = async (): Promise<string> => findUnpackedPrograms('usr/sbin/exim4', '/nonexistent');
    expect(String(await rejection(find()))).toContain('.ci/unpack-mail-servers');
  });
});
