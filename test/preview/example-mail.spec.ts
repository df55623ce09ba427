import { afterEach, describe, expect, it } from '@jest/globals';
import { simpleParser } from 'mailparser';
import { embeddedImages, exampleMail } from '../../lib/preview/templates/example-mail.js';
import { mailDocument } from '../../lib/preview/view/mail-document.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPj/HwADBwIAMCbHYQAAAABJRU5ErkJggg==',
  'base64',
);

let folder: TemporaryDirectory | undefined;
afterEach(() => folder?.remove());

/** A template after rendering, with two images that travel with it. */
function rendered() {
  folder = temporaryDirectory();
  const path = folder.write('large.png', Buffer.concat([PNG, Buffer.alloc(2 * 1024 * 1024)]));
  return {
    subject: 'Images',
    html: '<img src="cid:small@x"><img src="cid:large@x"><img src="cid:gone@x">',
    text: 'Images',
    culture: 'en',
    attachments: [
      { filename: 'small.png', content: PNG, contentType: 'image/png', cid: 'small@x' },
      { filename: 'large.png', path, contentType: 'image/png', cid: 'large@x' },
    ],
  };
}

describe('Images that travel with a rendered template', () => {
  it('stand in the page that shows it, also those of large files', async () => {
    const mail = rendered();
    const { body } = mailDocument(mail.html, { images: await embeddedImages(mail) });
    const sources = [...String(body).matchAll(/<img src="([^"]*)"/g)].map(([, src = '']) => src.slice(0, 40));
    expect(sources).toEqual([
      `data:image/png;base64,${PNG.toString('base64')}`.slice(0, 40),
      `data:image/png;base64,${PNG.toString('base64')}`.slice(0, 40),
      'cid:gone@x',
    ]);
  });

  it('are in the mail that is saved', async () => {
    const composed = await exampleMail(rendered(), undefined);
    const mail = await simpleParser(await composed.bytes(), { skipImageLinks: true });
    expect(mail.attachments.map(({ cid, contentType, related }) => ({ cid, contentType, related }))).toEqual([
      { cid: 'small@x', contentType: 'image/png', related: true },
      { cid: 'large@x', contentType: 'image/png', related: true },
    ]);
    expect(mail.from).toMatchObject({ text: 'sender@example.com' });
  });

  it('are none where a template embeds none', async () => {
    const { attachments: _attachments, ...mail } = rendered();
    expect((await embeddedImages(mail)).size).toBe(0);
  });
});
