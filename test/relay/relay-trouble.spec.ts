import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MailDeliveryError } from '../../lib/core/errors/mail-delivery-error.js';
import { RelayTrouble, tooManyFiles } from '../../lib/relay/engine/relay-trouble.js';
import { verdictOfFailure } from '../../lib/relay/engine/verdict.js';
import type { RelayEvent } from '../../lib/relay/relay-event.js';
import { iisMail, publish } from '../support/relay-app.js';
import { useRelayBench } from '../support/relay-bench.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const bench = useRelayBench();
let folder: TemporaryDirectory;
beforeEach(() => {
  folder = temporaryDirectory();
});
afterEach(() => folder.remove());

const errno = (code: string): Error => Object.assign(new Error(`${code}: no`), { code });

function trouble(own: readonly string[] = []): { found: RelayTrouble; told: RelayEvent[] } {
  const told: RelayEvent[] = [];
  const found = new RelayTrouble({
    directory: () => folder.path,
    own: () => own,
    emit: event => told.push(event),
  });
  return { found, told };
}

describe('Trouble of a relay', () => {
  it.each(['EROFS', 'ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'ESTALE', 'ENOTCONN', 'ENOMEM'])(
    'explains %s, whichever file it came with',
    async code => {
      const { found, told } = trouble();
      expect(await found.explains('take', errno(code))).toBe(true);
      expect(found.current).toBe(`${code}: no`);
      expect(found.restMs).toBeGreaterThan(0);
      expect(told).toMatchObject([{ type: 'problem', reason: expect.stringContaining(code) }]);
    },
  );

  it.each(['EACCES', 'EPERM', 'ENOENT', 'EIO', 'EISDIR'])(
    'explains %s only where the folder cannot be used',
    async code => {
      const { found, told } = trouble();
      expect(await found.explains('take', errno(code))).toBe(false);
      expect([found.current, found.restMs, told]).toEqual([undefined, 0, []]);
      folder.remove();
      expect(await found.explains('take', errno(code))).toBe(true);
    },
  );

  it('does not miss the folders of the relay, which come and go', async () => {
    const own = join(folder.path, 'own');
    const { found } = trouble([own, join(folder.path, 'file', 'below')]);
    expect(await found.explains('take', errno('EACCES'))).toBe(false);
    folder.write('file', 'not a folder');
    expect(await found.explains('take', errno('EACCES'))).toBe(true);
  });

  it.each(['ENOSPC', 'EROFS'])('explains no %s of another device', async code => {
    const { found } = trouble();
    expect(await found.explainsElsewhere('badmail', errno(code))).toBe(false);
    expect(await found.explainsElsewhere('badmail', errno('EMFILE'))).toBe(true);
  });

  it('explains nothing that is no error of the system', async () => {
    folder.remove();
    expect(await trouble().found.explains('take', new Error('odd'))).toBe(false);
  });

  it('is told once, until each step went well that it was found in', () => {
    const { found, told } = trouble();
    for (const step of ['scan', 'take', 'take']) found.failed(step, errno('EACCES'));
    found.succeeded('scan');
    found.failed('scan', errno('EROFS'));
    expect(told).toHaveLength(1);
    found.succeeded('scan');
    found.succeeded('take');
    expect([found.current, found.restMs]).toEqual([undefined, 0]);
    found.failed('scan', errno('EACCES'));
    expect(told).toHaveLength(2);
  });

  it('is not over by what had begun before it', () => {
    const { found } = trouble();
    const before = performance.now() - 1;
    found.failed('take', errno('EACCES'));
    found.succeeded('take', before);
    expect(found.current).toBe('EACCES: no');
    found.succeeded('take', performance.now());
    expect(found.current).toBeUndefined();
  });
});

describe('A connection that cannot be made for want of open files', () => {
  it.each([
    { code: 'EMFILE' },
    { code: 'ESOCKET', originalCode: 'EMFILE' },
    { code: 'ESOCKET', cause: errno('EMFILE') },
  ])('says nothing of the server, nor of the mail: %j', facts => {
    const cause = Object.assign(new Error('connect EMFILE'), facts);
    const failure = new MailDeliveryError('EMAILCONNECT', 'No usable connection', {
      phase: 'connect',
      retryable: true,
      cause,
    });
    expect(tooManyFiles(failure)).toMatchObject({ code: 'EMFILE' });
    expect(verdictOfFailure(failure, ['ann@contoso.com'])).toMatchObject({ kind: 'hindered' });
    expect(tooManyFiles(errno('ECONNREFUSED'))).toBeUndefined();
  });
});

describe('A relay whose folder is somewhere else', () => {
  it('tells so in its status, and sends when the folder is back', async () => {
    const app = await bench.relay();
    const elsewhere = join(folder.path, 'elsewhere');
    renameSync(bench.folder.path, elsewhere);
    await app.until('problem');
    expect((await app.status()).trouble).toContain('ENOENT');
    expect((await app.status()).state).toBe('running');
    await delay(1200);
    publish(elsewhere, 'x.eml', iisMail('x'));
    renameSync(elsewhere, bench.folder.path);
    await app.until('sent');
    expect((await app.status()).trouble).toBeUndefined();
    expect(app.of('problem')).toHaveLength(1);
  });

  it('makes no folder in its place', async () => {
    const app = await bench.relay({ leaseMs: 600 });
    const elsewhere = join(folder.path, 'elsewhere');
    renameSync(bench.folder.path, elsewhere);
    await delay(1500);
    // Fails when something is there.
    mkdirSync(bench.folder.path);
    expect(app.of('problem')).toHaveLength(1);
  });
});
