import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { rejection } from '../../support/rejection.js';
import { PrivateOpenSmtpd } from './private-opensmtpd.js';

describe('A private OpenSMTPD', () => {
  it('that is ended leaves neither a process nor a file, also when it is ended twice', async () => {
    const server = await PrivateOpenSmtpd.start();
    const { directory } = server;
    expect(server.processIds().length).toBeGreaterThan(1);
    expect(existsSync(directory)).toBe(true);
    await server.stop();
    await server.stop();
    expect(server.processIds()).toEqual([]);
    expect(existsSync(directory)).toBe(false);
  });

  it('that does not even start makes the tests fail, and says what it complained about', async () => {
    const error = await rejection(PrivateOpenSmtpd.start({ lines: ['no such line'] }));
    expect(String(error)).toContain('did not start');
    expect(String(error)).toContain('syntax error');
  });
});
