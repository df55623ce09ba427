import { describe, expect, it } from '@jest/globals';
import type { MechanismRefusal } from '../../../../lib/core/delivery/smtp/login/authenticate.js';
import { authenticate } from '../../../../lib/core/delivery/smtp/login/authenticate.js';
import { passwordMechanism } from '../../../../lib/core/delivery/smtp/login/password-mechanisms.js';
import type { SaslMechanism } from '../../../../lib/core/delivery/smtp/login/sasl-mechanism.js';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** What is said to a server that gives these replies, and how the login ends. */
async function login(
  replies: readonly string[],
  names: readonly string[],
  pass = 'pass',
): Promise<{ said: string[]; done: boolean; refused: MechanismRefusal[] }> {
  const said: string[] = [];
  const refused: MechanismRefusal[] = [];
  const left = [...replies];
  const mechanisms = names
    .map(name => passwordMechanism(name, { user: 'ann', pass }))
    .filter((mechanism): mechanism is SaslMechanism => mechanism !== undefined);
  const done = await authenticate(
    async line => {
      said.push(line);
      return left.shift() ?? '421 script over';
    },
    mechanisms,
    refusal => refused.push(refusal),
  );
  return { said, done, refused };
}

describe('A login', () => {
  it('is over with the first reply that is neither a challenge nor about the mechanism', async () => {
    expect(await login(['504 no', '535 no'], ['PLAIN', 'CRAM-MD5', 'LOGIN'])).toEqual({
      said: [`AUTH PLAIN ${base64('\0ann\0pass')}`, 'AUTH CRAM-MD5'],
      done: false,
      refused: [
        { mechanism: 'PLAIN', reply: '504 no' },
        { mechanism: 'CRAM-MD5', reply: '535 no' },
      ],
    });
  });

  it('by CRAM-MD5 is given up when the server challenges with nothing', async () => {
    const { said, refused } = await login(['334 ', '501 cancelled'], ['CRAM-MD5']);
    expect(said).toEqual(['AUTH CRAM-MD5', '*']);
    expect(refused).toEqual([{ mechanism: 'CRAM-MD5', reply: '501 cancelled' }]);
  });

  it('takes 5041 and the like for no 504', async () => {
    const { said } = await login(['5041 odd'], ['PLAIN', 'LOGIN']);
    expect(said).toHaveLength(1);
  });

  it('never says a line of a command beyond 512 octets, nor a response beyond 12288', async () => {
    const { said } = await login(['334 ', '501 cancelled'], ['PLAIN'], 'x'.repeat(10_000));
    expect(said).toEqual(['AUTH PLAIN', '*']);
  });

  it('says nothing where no mechanism is there', async () => {
    expect(await login([], [])).toEqual({ said: [], done: false, refused: [] });
  });
});
