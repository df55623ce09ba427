import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Stage } from '../../sample-app/demo/stage.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

let folder: TemporaryDirectory;
let stage: Stage | undefined;
beforeEach(() => {
  folder = temporaryDirectory();
});
afterEach(async () => {
  await stage?.close();
  folder.remove();
});

describe('The address of the preview in the demo', () => {
  it('holds a key that is made, and opens the preview', async () => {
    stage = new Stage({ temporary: folder.path, logger: [] });
    await stage.open({});
    const { url, previewUrl } = stage;
    expect(previewUrl).toMatch(/\/mail\?key=[\w-]{32}$/);
    const key = new URL(previewUrl).searchParams.get('key');
    expect(await statusOf(url, String(key))).toBe(200);
  });

  it('does not show a key that the environment sets, which is the one that counts', async () => {
    const key = 'a-key-of-the-environment';
    stage = new Stage({ temporary: folder.path, logger: [] });
    await stage.open({ Preview__Key: key });
    expect(stage.previewUrl).toBe(`${stage.url}/mail`);
    expect(await statusOf(stage.url, key)).toBe(200);
  });
});

/** As a request through a proxy, which `allowLoopback` lets in with the key alone. */
async function statusOf(url: string, key: string): Promise<number> {
  const headers = { 'X-Forwarded-For': '203.0.113.9', Authorization: `Bearer ${key}` };
  return (await fetch(`${url}/mail/api/messages`, { headers })).status;
}
