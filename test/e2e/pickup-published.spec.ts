import { statSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { startMailApp } from '../support/mail-app.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

it.each([true, false])(
  'A published file looks older than its rename, so that a reader knows it to be complete (fsync: %s)',
  async fsync => {
    const folder = temporaryDirectory();
    const settings = {
      FromAddress: 'a@contoso.com',
      UseSpecifiedPickupDirectory: true,
      PickupDirectory: folder.path,
    };
    const app = await startMailApp(settings, { pickup: { fsync } });
    try {
      for (let count = 0; count < 50; count++) {
        const { file = '' } = await app.mail.send({ to: 'ann@contoso.com', subject: 'x', text: 'x' });
        const { mtimeMs, ctimeMs } = statSync(file);
        expect(ctimeMs).toBeGreaterThan(mtimeMs);
        expect(mtimeMs % 1000).toBe(0);
        expect(ctimeMs - mtimeMs).toBeLessThan(5000);
      }
    } finally {
      await app.close();
      folder.remove();
    }
  },
);
