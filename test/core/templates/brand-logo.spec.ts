import { symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { imageTypeOf } from '../../../lib/core/templates/brand/image-type.js';
import type { MailBrand } from '../../../lib/core/templates/mail-brand.js';
import { brandProblems, ResolvedBrand } from '../../../lib/core/templates/mail-brand.js';
import { joinLanguages } from '../../../lib/core/templates/rendering/join-languages.js';
import { GIF, JPEG, PNG, WEBP } from '../../support/images.js';
import { TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

/** A brand whose logo is a file of a name with some content. */
function brandOf(content: Buffer | string, name = 'logo.png'): MailBrand & { logo: string } {
  return { logo: fixture.directory().write(name, content) };
}
const problemOf = (brand: MailBrand): string | undefined =>
  brandProblems(brand).find(({ key }) => key === 'logo')?.message;

describe('The kind of an image', () => {
  it.each([
    ['a PNG', PNG, 'png'],
    ['a JPEG', JPEG, 'jpg'],
    ['a GIF', GIF, 'gif'],
    ['a WebP', WEBP, 'webp'],
  ])('is told by what it holds: %s', (_, content, extension) => {
    expect(imageTypeOf(content)?.extension).toBe(extension);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['words', Buffer.from('not an image')],
    ['the first eight octets of a PNG', PNG.subarray(0, 8)],
    ['a PNG of no width', Buffer.from(PNG).fill(0, 16, 20)],
    ['the first twelve octets of a GIF', GIF.subarray(0, 12)],
    ['a GIF of no height', Buffer.from(GIF).fill(0, 8, 10)],
    ['a JPEG without a picture', Buffer.concat([JPEG.subarray(0, 2), Buffer.from('ffd9', 'hex')])],
    ['a JPEG that is cut off', JPEG.subarray(0, 12)],
    ['a JPEG whose markers never end', Buffer.concat([JPEG.subarray(0, 2), Buffer.alloc(100_000, 0xff)])],
    ['a RIFF that is a sound', Buffer.from('RIFF\0\0\0\0WAVEfmt '.padEnd(40, '\0'))],
  ])('is none for %s', (_, content) => {
    expect(imageTypeOf(content)).toBeUndefined();
  });
});

describe('The logo of the brand', () => {
  it.each(['notification', 'reset-password', 'reset-password-one-way', 'password-changed'])(
    'travels once with %s',
    async name => {
      const brand = { ...brandOf(PNG), applicationName: 'Contoso & Sons', logoWidth: 96 };
      const renderer = await fixture.create({}, brand);
      const when = new Date();
      const { html = '', attachments = [] } = await renderer.render(name, {
        title: 't',
        lines: ['l'],
        displayName: 'Ann',
        resetUrl: 'https://contoso.com/r',
        expiresAt: when,
        changedAt: when,
        password: 'not-a-real-one',
        mustChange: true,
      });
      expect(attachments).toHaveLength(1);
      const [logo] = attachments;
      expect(logo).toMatchObject({ filename: 'logo.png', contentType: 'image/png', content: PNG });
      expect(html.match(/<img[^>]*>/g)).toHaveLength(1);
      expect(html).toMatch(
        new RegExp(`<img[^>]* src="cid:${logo?.cid}" width="96" alt="Contoso &amp; Sons"`),
      );
      expect(html).not.toContain(brand.logo);
    },
  );

  it('travels once with a mail of several languages', async () => {
    const renderer = await fixture.create({}, brandOf(PNG));
    const mails = [];
    for (const culture of ['fr', 'en'])
      mails.push(await renderer.render('password-changed', { displayName: 'A', changedAt: 0 }, { culture }));
    const { html = '', attachments } = joinLanguages(mails);
    expect(attachments).toHaveLength(1);
    expect(html.match(/src="cid:/g)).toHaveLength(2);
  });

  it('is embedded by templates of the application, and by no name of a file beside them', async () => {
    const brand = brandOf(GIF, 'brand.bin');
    const directory = fixture.directory({
      't/subject.hbs': 's',
      't/html.hbs': '<img src="{{embed @brand.logo}}"><img src="{{embed "logo.gif"}}">',
      't/logo.gif': 'another',
    });
    const renderer = await fixture.create({ directories: [directory.path] }, brand);
    const { html, attachments = [] } = await renderer.render('t', {});
    expect(attachments.map(({ contentType }) => contentType)).toEqual(['image/gif', 'image/gif']);
    expect(attachments[0]).toMatchObject({ filename: 'logo.gif', content: GIF });
    expect(html).toBe(`<img src="cid:${attachments[0]?.cid}"><img src="cid:${attachments[1]?.cid}">`);
  });

  it('is embedded where style sheets are inlined', async () => {
    const renderer = await fixture.create({ inlineCss: true }, brandOf(JPEG));
    const { html, attachments = [] } = await renderer.render('notification', { title: 't', lines: ['l'] });
    expect(attachments).toHaveLength(1);
    expect(html).toContain(`src="cid:${attachments[0]?.cid}"`);
  });

  it('has no place in a text part', async () => {
    const directory = fixture.directory({ 't/subject.hbs': 's', 't/text.hbs': '{{embed @brand.logo}}' });
    const renderer = await fixture.create({ directories: [directory.path] }, brandOf(PNG));
    await expect(renderer.render('t', {})).rejects.toMatchObject({ code: 'EMAILTEMPLATEHELPER' });
  });

  it('may be a link to a file, and a path below the working directory', () => {
    const directory = fixture.directory();
    const file = directory.write('a.png', PNG);
    symlinkSync(file, join(directory.path, 'b.png'));
    expect(new ResolvedBrand({ logo: join(directory.path, 'b.png') }).logo?.content).toEqual(PNG);
    expect(new ResolvedBrand({ logo: relative(process.cwd(), file) }).logo?.content).toEqual(PNG);
  });

  it('is told by its content, whatever its name says', () => {
    expect(new ResolvedBrand(brandOf(JPEG, 'logo.png')).logo).toMatchObject({
      filename: 'logo.jpg',
      contentType: 'image/jpeg',
    });
  });

  it.each<[string, Buffer | string, RegExp]>([
    ['words', 'Contoso', /^must be an image, a PNG, JPEG or GIF; .*logo\.png holds no such image$/],
    ['nothing', '', /holds no such image$/],
    ['a page', '<!doctype html><img src="logo.png">', /holds no such image$/],
    [
      'a drawing',
      '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>',
      /is an SVG, which Gmail and/,
    ],
    ['a drawing without a head', '\uFEFF <svg/>', /is an SVG/],
    [
      'half a megabyte',
      Buffer.concat([PNG, Buffer.alloc(512 * 1024)]),
      /^must have at most 256 KiB, .* has 513$/,
    ],
  ])('stops the start when it is %s', async (_, content, problem) => {
    const brand = brandOf(content);
    expect(problemOf(brand)).toMatch(problem);
    await expect(fixture.create({}, brand)).rejects.toThrow(/^brand\.logo must /);
  });

  it.each([
    [
      '/does/not/exist/logo.png',
      'names a file that does not exist: /does/not/exist/logo.png; give an absolute path',
    ],
    [
      'https://contoso.com/logo.png',
      'must be the path of a file; the address of an image is the option logoUrl',
    ],
    [
      'data:image/png;base64,iVBORw0KGgo=',
      'must be an image, a PNG, JPEG or GIF; this one holds no such image',
    ],
    [
      'data:image/svg+xml,%3Csvg/%3E',
      'must be an image, a PNG, JPEG or GIF; this one is an SVG, which Gmail and Outlook do not show',
    ],
    [
      `DATA:image/png;base64,${PNG.toString('base64').slice(0, -1)}`,
      'must be an image as data:image/png;base64,…; this data URL is cut off, or no base64',
    ],
    ['file:///logo.png', 'must be the path of a file; make one with fileURLToPath()'],
    [import.meta.dirname, `must be a file, which ${import.meta.dirname} is not`],
    ['/dev/zero', 'must be a file, which /dev/zero is not'],
  ])('stops the start when it is %j', (logo, problem) => {
    expect(problemOf({ logo })).toBe(problem);
    expect(() => new ResolvedBrand({ logo })).toThrow(`brand.logo ${problem}`);
  });

  it.each<[string, string | Uint8Array]>([
    ['a data URL', `data:image/png;base64,${PNG.toString('base64')}`],
    ['octets', new Uint8Array(PNG)],
    ['a buffer', PNG],
  ])('is what its file holds where it is given as %s, for an application that is one file', (_kind, logo) => {
    const file = new ResolvedBrand(brandOf(PNG)).logo;
    expect(file?.content).toEqual(PNG);
    expect(new ResolvedBrand({ logo }).logo).toEqual(file);
  });

  it.each([
    ['nothing', new Uint8Array(), 'must be an image, a PNG, JPEG or GIF; this one holds no such image'],
    [
      'too much',
      Buffer.concat([PNG, Buffer.alloc(256 * 1024)]),
      'must have at most 256 KiB, because every mail carries it; this one has 257',
    ],
  ])('stops the start when it is octets of %s', (_kind, logo, problem) => {
    expect(problemOf({ logo })).toBe(problem);
  });

  it('may have exactly 256 KiB', () => {
    expect(problemOf(brandOf(Buffer.concat([PNG, Buffer.alloc(256 * 1024 - PNG.length)])))).toBeUndefined();
  });

  it('does not go with an address of a logo', () => {
    expect(brandProblems({ ...brandOf(PNG), logoUrl: 'https://contoso.com/logo.png' })).toEqual([
      { key: 'logoUrl', message: 'stands beside logo; give one of them' },
    ]);
  });

  it('that some clients do not show is warned of', async () => {
    await fixture.create({}, brandOf(WEBP));
    expect(fixture.lines).toEqual([
      'warn brand.logo is a WebP, which Outlook on Windows does not show; a PNG is shown everywhere.',
    ]);
  });
});
