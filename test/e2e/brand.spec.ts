import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import PostalMime from 'postal-mime';
import type { Email } from 'postal-mime';
import type { MailBrand, MailModuleOptions } from 'nest-mailroom';
import { assertWellFormedMail } from '../support/eml.js';
import { PNG } from '../support/images.js';
import type { MailApp } from '../support/mail-app.js';
import { useMailBench } from '../support/mail-bench.js';

const bench = useMailBench();
const BRAND: MailBrand = {
  applicationName: 'Contoso Identity',
  footer: { en: 'Contoso Ltd\nLondon', fr: 'Contoso SA\nParis' },
  supportAddress: 'help@contoso.com',
};
const NOTIFICATION = { to: 'ann@contoso.com', title: 'Title', lines: ['One line'] };

interface Started {
  readonly app: MailApp;
  /** The mail that has arrived last. */
  last(): Promise<Email>;
}

async function start(options: MailModuleOptions, section: object = {}): Promise<Started> {
  const sink = await bench.sink();
  const MailSettings = { Host: sink.host, Port: sink.port, FromAddress: 'no-reply@contoso.com' };
  const TwoFactorSettings = { ResetConfirmationUri: 'https://identity.contoso.com/reset?token=' };
  const app = await bench.app({ MailSettings, TwoFactorSettings, ...section }, options);
  const last = async (): Promise<Email> => {
    const raw = sink.messages.at(-1)?.raw ?? Buffer.alloc(0);
    assertWellFormedMail(raw);
    return PostalMime.parse(raw);
  };
  return { app, last };
}
const logo = (): string => bench.folder().write('logo.png', PNG);

describe('The brand in mails that have arrived', () => {
  it('is a logo that came with the mail, and lines at the end of both parts', async () => {
    const { app, last } = await start({ brand: { ...BRAND, logo: logo() } });
    await app.mail.sendNotification(NOTIFICATION);
    const { html = '', text = '', attachments } = await last();
    expect(attachments).toEqual([
      expect.objectContaining({
        mimeType: 'image/png',
        disposition: 'inline',
        related: true,
        filename: 'logo.png',
      }),
    ]);
    expect(Buffer.from(attachments[0]?.content as ArrayBuffer)).toEqual(PNG);
    expect(attachments[0]?.contentId).toBe(`<${/src="cid:([^"]+)"/.exec(html)?.[1]}>`);
    expect(html).toContain('Contoso Ltd<br>London');
    expect(text).toMatch(/help@contoso\.com\n\nContoso Identity\n\nContoso Ltd\nLondon\s*$/);
  });

  it('comes once with a mail of several languages, whose top says which others follow', async () => {
    const { app, last } = await start(
      { brand: { ...BRAND, logo: logo() } },
      { NotificationSettings: { Cultures: ['en', 'fr'] } },
    );
    await app.mail.sendResetPassword({ to: 'ann@contoso.com', displayName: 'Ann', token: 't0ken' });
    const { html = '', text = '', attachments } = await last();
    expect(attachments).toHaveLength(1);
    expect(text).toMatch(/^La version française se trouve plus bas\.\n\nHello Ann,/);
    expect(text.match(/version/g)).toHaveLength(1);
    expect(text).toMatch(/Contoso Ltd\nLondon\n[^]*Bonjour Ann[^]*Contoso SA\nParis\s*$/);
    expect(html.match(/class="m-preheader"/g)).toHaveLength(1);
    expect(html.indexOf('La version française')).toBeLessThan(html.indexOf('Hello Ann'));
    expect(app.logger.warnings).toEqual([]);
  });

  it('says nothing of a language that fell back to the first one', async () => {
    const { app, last } = await start({}, { NotificationSettings: { Cultures: ['en', 'en-GB'] } });
    await app.mail.sendResetPassword({ to: 'ann@contoso.com', displayName: 'Ann', token: 't0ken' });
    expect((await last()).text).toMatch(/^Hello Ann,/);
  });
});

describe('A brand that would break the mails', () => {
  it.each<[string, () => MailBrand, string]>([
    [
      'a logo that is no image',
      () => ({ logo: bench.folder().write('logo.png', 'no image') }),
      'brand.logo: must be an image, a PNG, JPEG or GIF; ',
    ],
    [
      'a logo that is not there',
      () => ({ logo: join(bench.folder().path, 'logo.png') }),
      'brand.logo: names a file that does not exist: ',
    ],
    [
      'two logos',
      () => ({ logo: logo(), logoUrl: 'https://contoso.com/l.png' }),
      'brand.logoUrl: stands beside logo',
    ],
    [
      'a footer that is no text',
      () => ({ footer: 5 as never }),
      'brand.footer: must be a text, or an object of texts',
    ],
    [
      'a footer of lists',
      () => ({ footer: { en: ['x'] as never } }),
      'brand.footer.en: must be a text, but is a list',
    ],
    [
      'a footer for no culture',
      () => ({ footer: { english: 'x' } }),
      'brand.footer.english: is for no culture',
    ],
    [
      'an unsafe address',
      () => ({ supportUrl: 'javascript:alert(1)' }),
      'brand.supportUrl: must be an absolute http(s)',
    ],
    [
      'no mail address',
      () => ({ supportAddress: 'help' }),
      'brand.supportAddress: must be one mail address such as',
    ],
    [
      'a link that is no colour',
      () => ({ colors: { link: 'blue' } }),
      'brand.colors.link: must be a colour such as',
    ],
  ])('stops the start: %s', async (_, brand, problem) => {
    await expect(start({ brand: brand() })).rejects.toMatchObject({
      name: 'MailSettingsError',
      message: expect.stringContaining(problem),
    });
  });

  it('is told with everything else that is wrong', async () => {
    const brand = { logo: '/no/logo.png', supportAddress: 'x', colors: { link: 'blue' } };
    await expect(start({ brand })).rejects.toMatchObject({
      problems: ['brand.colors.link', 'brand.supportAddress', 'brand.logo'].map(key =>
        expect.objectContaining({ key }),
      ),
    });
  });
});

describe('Colours that are hard to read', () => {
  it('are warned of at start', async () => {
    const { app } = await start({ brand: { colors: { muted: '#c0c0c0' } } });
    expect(app.logger.warnings).toEqual([
      expect.stringContaining(
        'brand.colors.muted (#c0c0c0) on surface (#ffffff) is hard to read: its contrast is 1.8',
      ),
      expect.stringContaining('brand.colors.muted (#c0c0c0) on background (#f3f4f6) is hard to read'),
    ]);
  });
});

describe('A mail of which Gmail hides the end', () => {
  const long = {
    ...NOTIFICATION,
    lines: Array.from({ length: 2000 }, () => 'A line of forty-two characters and more.'),
  };

  it('is warned of once for each template', async () => {
    const folder = bench.folder();
    folder.write('list/subject.hbs', 's');
    folder.write('list/html.hbs', '{{#each lines}}<p>{{this}}</p>{{/each}}');
    folder.write('list/text.hbs', 't');
    const { app } = await start({ templates: { directories: [folder.path] } });
    await app.mail.sendNotification(NOTIFICATION);
    expect(app.logger.warnings).toEqual([]);
    for (let count = 0; count < 2; count++) await app.mail.sendNotification(long);
    const lines = Array.from({ length: 3000 }, () => long.lines[0]);
    for (let count = 0; count < 2; count++)
      await app.mail.send({ to: 'ann@contoso.com', template: 'list', context: { lines } });
    expect(app.logger.warnings).toEqual([
      expect.stringMatching(
        /The HTML of mail <[^>]+>, template notification has \d{3} KiB; Gmail shows 102 KiB and hides the rest/,
      ),
      expect.stringMatching(/template list has \d{3} KiB; Gmail shows 102 KiB/),
    ]);
  });

  it('is none that has no template: nobody could mend one', async () => {
    const { app } = await start({});
    await app.mail.send({
      to: 'ann@contoso.com',
      subject: 's',
      html: `<p>${'x '.repeat(100_000)}</p>`,
      text: 't',
    });
    expect(app.logger.warnings).toEqual([]);
  });
});
