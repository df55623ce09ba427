import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { MailModule } from '../../../lib/core/mail/mail.module.js';
import type { PreviewApp } from '../../preview/preview-app.js';
import { startPreviewApp } from '../../preview/preview-app.js';
import { startTemplatesApp } from '../../preview/templates-app.js';
import { MailSink } from '../../support/mail-sink.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { DESKTOP, openPreview, PHONE, startBrowser } from './browser.js';
import { sendSampleMails } from './sample-mails.js';
import { SAMPLE_TEMPLATES } from './sample-templates.js';

/** `npm run screenshots` writes those of docs/preview.md; otherwise they are thrown away. */
const SHOWN =
  process.env['WRITE_SCREENSHOTS'] === '1' ? join(process.cwd(), 'sample-app', 'screenshots') : undefined;

let browser: Browser;
let sink: MailSink;
let started: PreviewApp;
let elsewhere: TemporaryDirectory;
beforeAll(async () => {
  elsewhere = temporaryDirectory();
  sink = await MailSink.start();
  const settings = {
    host: sink.host,
    port: sink.port,
    fromAddress: 'Contoso Identity <no-reply@contoso.com>',
    allowedDomains: 'contoso.com',
  };
  const reset = { resetConfirmationUri: 'https://identity.contoso.com/reset-password?token=' };
  started = await startPreviewApp({
    mail: MailModule.forRoot(
      { MailSettings: settings, TwoFactorSettings: reset },
      { brand: { applicationName: 'Contoso Identity' } },
    ),
  });
  await sendSampleMails(started.mail);
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await started?.close();
  await sink?.close();
  elsewhere.remove();
});

describe('The page Mailbox, as docs/preview.md shows it,', () => {
  it.each([
    ['preview-mailbox', DESKTOP, 'light'],
    ['preview-mailbox-dark', DESKTOP, 'dark'],
    ['preview-mailbox-phone', PHONE, 'light'],
  ] as const)('fits its window: %s', async (name, viewport, colorScheme) => {
    const { page, troubles, close } = await openPreview(browser, started, { viewport, colorScheme });
    await page.goto(`${started.url}/mailbox`);
    await page.getByRole('link', { name: /Synchronisation finished/ }).click();
    await page.frameLocator('iframe').getByText('Open the report').waitFor();
    const written = SHOWN !== undefined && name === 'preview-mailbox';
    if (written) mkdirSync(SHOWN, { recursive: true });
    const path = join(written ? SHOWN : elsewhere.path, `${name}.png`);
    await page.screenshot({ path });
    expect(statSync(path).size).toBeLessThan(150 * 1024);
    const wider = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    expect(wider).toBeLessThanOrEqual(0);
    expect(troubles).toEqual([]);
    await close();
  });
});

describe('The page Templates, as docs/preview.md shows it,', () => {
  it.each([
    ['preview-templates', DESKTOP, 'light'],
    ['preview-templates-dark', DESKTOP, 'dark'],
    ['preview-templates-phone', PHONE, 'light'],
  ] as const)('fits its window: %s', async (name, viewport, colorScheme) => {
    const app = await startTemplatesApp(SAMPLE_TEMPLATES);
    const { page, troubles, close } = await openPreview(browser, app, { viewport, colorScheme });
    await page.goto(`${app.url}/templates/onboarding%2Fwelcome?culture=fr`);
    await page.frameLocator('iframe').getByText('Ouvrir votre espace').waitFor();
    const written = SHOWN !== undefined && name === 'preview-templates';
    const path = join(written ? SHOWN : elsewhere.path, `${name}.png`);
    await page.screenshot({ path });
    expect(statSync(path).size).toBeLessThan(150 * 1024);
    const wider = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    expect(wider).toBeLessThanOrEqual(0);
    expect(troubles).toEqual([]);
    await close();
    await app.close();
  });
});
