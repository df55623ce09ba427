import { afterEach, describe, expect, it } from '@jest/globals';
import type { PreviewApp } from './preview-app.js';
import { FRAMEWORKS, startPreviewApp } from './preview-app.js';

let started: PreviewApp | undefined;
afterEach(async () => {
  await started?.close();
  started = undefined;
});

describe.each(FRAMEWORKS)('The preview in an application on %s', framework => {
  it('shows its first page', async () => {
    started = await startPreviewApp({ framework });
    const response = await fetch(started.url);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('<h1>Mailbox</h1>');
  });
});
