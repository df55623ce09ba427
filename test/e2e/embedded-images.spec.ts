import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import PostalMime from 'postal-mime';
import type { MailModuleOptions, RenderedMail } from 'nest-mailroom';
import { MailModule, MailService, TemplateRenderer } from 'nest-mailroom';
import type { MailApp } from '../support/mail-app.js';
import { startMailApp } from '../support/mail-app.js';
import { MailSink } from '../support/mail-sink.js';
import { rejection } from '../support/rejection.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

/** A real PNG of one pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let sink: MailSink;
let folder: TemporaryDirectory;
const apps: MailApp[] = [];
beforeEach(async () => {
  sink = await MailSink.start();
  folder = temporaryDirectory();
  folder.write('welcome/subject.hbs', 'Welcome');
  folder.write(
    'welcome/html.en.hbs',
    '<h1>Hello {{name}}</h1><a href="https://contoso.com"><img src="{{embed "logo.png"}}" alt="Contoso"></a>',
  );
  folder.write(
    'welcome/html.fr.hbs',
    '<h1>Bonjour {{name}}</h1><img src="{{embed "logo.png"}}" alt="Contoso">',
  );
  folder.write('welcome/logo.png', PIXEL);
});
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
  await sink.close();
  folder.remove();
});

async function start(settings: object = {}, options: MailModuleOptions = {}): Promise<MailApp> {
  const app = await startMailApp(
    'MailSettings' in settings
      ? settings
      : { Host: sink.host, Port: sink.port, FromAddress: 'noreply@contoso.com', ...settings },
    { templates: { directories: [folder.path] }, ...options },
  );
  apps.push(app);
  return app;
}

describe('A mail whose template embeds an image', () => {
  it('carries it inline beside the HTML that shows it, with a text part of its own', async () => {
    const { mail } = await start();
    await mail.send({ to: 'ann@contoso.com', template: 'welcome', context: { name: 'Ann' } });
    const [received] = sink.messages;
    const raw = received?.raw.toString('latin1') ?? '';
    const parsed = await PostalMime.parse(received?.raw ?? '');
    const [image, ...others] = parsed.attachments;
    expect(others).toEqual([]);
    expect(image).toMatchObject({
      mimeType: 'image/png',
      filename: 'logo.png',
      disposition: 'inline',
      related: true,
    });
    expect(Buffer.from(image?.content as ArrayBuffer).equals(PIXEL)).toBe(true);
    const cid = /src="cid:([^"]+)"/.exec(parsed.html ?? '')?.[1];
    expect(cid).toMatch(/@/);
    expect(image?.contentId).toBe(`<${cid}>`);
    expect(parsed.text).toContain('Hello Ann');
    expect(parsed.text).not.toContain('cid:');
    expect(raw).toMatch(
      /multipart\/alternative[^]*text\/plain[^]*multipart\/related; type="text\/html"[^]*text\/html[^]*image\/png/,
    );
  });

  it('carries it beside the attachments of the message', async () => {
    const { mail } = await start();
    await mail.send({
      to: 'ann@contoso.com',
      template: 'welcome',
      context: { name: 'Ann' },
      attachments: [{ filename: 'terms.txt', content: 'Terms' }],
    });
    const { attachments } = await PostalMime.parse(sink.messages[0]?.raw ?? '');
    expect(attachments.map(({ filename, disposition }) => [filename, disposition])).toEqual([
      ['logo.png', 'inline'],
      ['terms.txt', 'attachment'],
    ]);
  });

  it('carries it in each of the mails to many recipients', async () => {
    const { mail } = await start({ MaxRecipients: 1, MaxRecipientsOverflow: 'Split' });
    await mail.send({
      to: ['ann@contoso.com', 'bob@contoso.com'],
      template: 'welcome',
      context: { name: 'all' },
    });
    const parsed = await Promise.all(sink.messages.map(({ raw }) => PostalMime.parse(raw)));
    expect(parsed.map(({ attachments }) => attachments.length)).toEqual([1, 1]);
    expect(parsed[0]?.attachments[0]?.contentId).toBe(parsed[1]?.attachments[0]?.contentId);
  });

  it('carries it into a pickup directory', async () => {
    const pickup = temporaryDirectory();
    try {
      const { mail } = await start({ UseSpecifiedPickupDirectory: true, PickupDirectory: pickup.path });
      await mail.send({ to: 'ann@contoso.com', template: 'welcome', context: { name: 'Ann' } });
      const [file = ''] = readdirSync(pickup.path);
      const parsed = await PostalMime.parse(readFileSync(join(pickup.path, file)));
      expect(parsed.html).toContain(`cid:${parsed.attachments[0]?.contentId?.slice(1, -1)}`);
    } finally {
      pickup.remove();
    }
  });

  it('carries it once for all languages', async () => {
    folder.write(
      'reset-password/html.en.hbs',
      '<p>Reset {{resetUrl}}</p><img src="{{embed "key.png"}}" alt="">',
    );
    folder.write(
      'reset-password/html.fr.hbs',
      '<p>Renouveler {{resetUrl}}</p><img src="{{embed "key.png"}}" alt="">',
    );
    folder.write('reset-password/key.png', PIXEL);
    const { mail } = await start({
      MailSettings: { Host: sink.host, Port: sink.port, FromAddress: 'noreply@contoso.com' },
      TwoFactorSettings: { ResetConfirmationUri: 'https://contoso.com/reset?token=' },
      NotificationSettings: { Cultures: ['en', 'fr'] },
    });
    await mail.sendResetPassword({ to: 'ann@contoso.com', displayName: 'Ann', token: 'x' });
    const parsed = await PostalMime.parse(sink.messages[0]?.raw ?? '');
    expect(parsed.html?.match(/src="cid:/g)).toHaveLength(2);
    expect(parsed.attachments).toHaveLength(1);
  });

  it('is not sent when the image is missing', async () => {
    folder.write('welcome/html.en.hbs', '<img src="{{embed "gone.png"}}" alt="">');
    const { mail, logger } = await start();
    expect(logger.warnings.join()).toContain('embed finds no image "gone.png"');
    const error = await rejection(
      mail.send({ to: 'ann@contoso.com', template: 'welcome', context: { name: 'Ann' } }),
    );
    expect(error).toMatchObject({ name: 'MailTemplateError', code: 'EMAILTEMPLATEHELPER', line: 1 });
    expect(sink.messages).toEqual([]);
  });

  it('is made by a renderer of the application’s own as well, whose attachments are checked', async () => {
    const image = folder.write('own.png', PIXEL);
    class Renderer extends TemplateRenderer {
      override async render(_template: string, { cid }: { cid?: string }): Promise<RenderedMail> {
        const attachments = [
          { filename: 'own.png', contentType: 'image/png', path: image, cid: cid ?? 'own' },
        ];
        return { subject: 's', html: '<img src="cid:own">', text: 't', culture: 'en', attachments };
      }
    }
    const settings = { Host: sink.host, Port: sink.port, FromAddress: 'noreply@contoso.com' };
    const app = await Test.createTestingModule({ imports: [MailModule.forRoot(settings)] })
      .overrideProvider(TemplateRenderer)
      .useValue(new Renderer())
      .compile();
    try {
      const mail = app.get(MailService);
      await mail.send({ to: 'ann@contoso.com', template: 'x' });
      const { attachments } = await PostalMime.parse(sink.messages[0]?.raw ?? '');
      expect(attachments).toMatchObject([
        { contentId: '<own>', disposition: 'inline', mimeType: 'image/png' },
      ]);
      const context = { cid: 'x>\r\nBcc: eve@example.org' };
      const error = await rejection(mail.send({ to: 'ann@contoso.com', template: 'x', context }));
      expect(error).toMatchObject({ code: 'EMAILATTACHMENT', field: 'attachments[0].cid' });
    } finally {
      await app.close();
    }
  });
});
