import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import type { Type } from '@nestjs/common';
import type { MailHook } from 'nest-mailroom';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';
import { loadBlock, typeScriptBelow } from './block-module.js';

const bench = useMailBench();
const MESSAGE = { to: 'ann@contoso.com', bcc: 'bob@contoso.com', subject: 'Kept', text: 'Hello Ann' };

async function archiveIn(folder: string): Promise<Type<MailHook>> {
  const [block] = typeScriptBelow('docs/recipes.md', 'An archive');
  const { Archive } = await loadBlock(bench.folder(), block, code =>
    code.replace('/var/lib/contoso/mails', folder),
  );
  return Archive as Type<MailHook>;
}

it('The recipe for an archive keeps the bytes that leave, and who got them', async () => {
  const sink = await bench.sink();
  const folder = bench.folder();
  const { mail } = await bench.against(sink, {}, { hooks: [await archiveIn(folder.path)] });
  const { messageId } = await mail.send(MESSAGE);
  const files = readdirSync(folder.path).toSorted();
  expect(files.map(name => name.replace(/.*\./, ''))).toEqual(['eml', 'json']);
  const [kept = '', envelope = ''] = files.map(name => join(folder.path, name));
  expect(readFileSync(kept)).toEqual(sink.messages[0]?.raw);
  expect(statSync(kept).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(envelope, 'utf8'))).toEqual({
    messageId,
    from: 'a@example.com',
    to: ['ann@contoso.com', 'bob@contoso.com'],
  });
});

it('The recipe for an archive lets no mail leave that it cannot keep, and keeps no reset link', async () => {
  const sink = await bench.sink();
  const away = await bench.against(sink, {}, { hooks: [await archiveIn('/no/such/archive')] });
  expect(await rejection(away.mail.send(MESSAGE))).toMatchObject({
    code: 'EMAILHOOK',
    message: expect.stringContaining('ENOENT'),
  });
  expect(sink.connections).toBe(0);
  const folder = bench.folder();
  const { mail } = await bench.against(sink, {}, { hooks: [await archiveIn(folder.path)] });
  await mail.sendResetPassword({
    to: 'ann@contoso.com',
    displayName: 'Ann',
    resetUrl: 'https://contoso.com/reset?token=abc',
  });
  expect(sink.messages).toHaveLength(1);
  expect(readdirSync(folder.path)).toEqual([]);
});
