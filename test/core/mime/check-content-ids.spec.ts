import { describe, expect, it } from '@jest/globals';
import { checkContentIds } from '../../../lib/core/mime/check-content-ids.js';
import { messageErrorOf } from './composing.js';

const LOGO = { content: 'x', cid: 'logo@contoso.com' };

describe('What a page shows by cid: is looked for among the attachments', () => {
  it.each([
    ['<img src="cid:nope">', 'nope'],
    ["<p>x<IMG alt=x SRC = 'CID:nope'>", 'nope'],
    ['<img src=cid:nope>', 'nope'],
    ['<img\nsrc=" cid:nope ">', 'nope'],
    ['<img src="cid:logo@contoso.com"><img src="cid:LOGO@contoso.com">', 'LOGO@contoso.com'],
    ['<img src="cid:no&amp;pe">', 'no&pe'],
    ['<td background="cid:nope">', 'nope'],
    ['<a href="cid:nope">', 'nope'],
    ['<img srcset="cid:logo@contoso.com 1x, cid:nope 2x">', 'nope'],
    ['<td style="background: url( \'cid:nope\' )">', 'nope'],
    ['<style>p { background: url(cid:nope) }</style>', 'nope'],
    ['<!--[if mso]><v:fill src="cid:nope" /><![endif]-->', 'nope'],
    ['<img src="cid:">', ''],
  ])('and missed: %s', async (html, cid) => {
    const error = await messageErrorOf(() => checkContentIds(html, [LOGO, { content: 'x' }]));
    expect([error.code, error.field]).toEqual(['EMAILATTACHMENT', 'html']);
    expect(error.message).toContain(`shows "cid:${cid}", but no attachment has this cid`);
    expect(error.message).toContain('logo@contoso.com');
  });

  it.each([
    [
      '<img src="cid:logo@contoso.com"><IMG SRC=cid:logo%40contoso.com><a style="x:url(cid:logo@contoso.com)">',
    ],
    ['<p>cid:nope src="cid:nope"</p>'],
    ['<img src="https://contoso.com/?cid:nope" alt="cid:nope">'],
    ['<!-- <img src="cid:nope"> --> <!-- <style>p { background: url(cid:nope) }</style> -->'],
    ['<a href="https://contoso.com/cid:nope" title=\'src="cid:nope"\'>'],
    ['<img src="cid:logo@contoso.com'],
    [''],
  ])('and not where it shows nothing else: %j', html => {
    expect(() => checkContentIds(html, [LOGO])).not.toThrow();
  });

  it('and an attachment that no page shows may have one', () => {
    expect(() => checkContentIds(undefined, [LOGO])).not.toThrow();
    expect(() => checkContentIds('<p>x</p>', [LOGO])).not.toThrow();
  });

  it('and two attachments never have the same one', async () => {
    const error = await messageErrorOf(() => checkContentIds(undefined, [LOGO, { content: 'y' }, LOGO]));
    expect([error.code, error.field]).toEqual(['EMAILATTACHMENT', 'attachments[2].cid']);
    expect(error.message).toContain('is that of attachments[0] too');
  });
});
