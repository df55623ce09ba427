import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { simpleParser } from 'mailparser';
import type { MailMessage, MailModuleOptions } from 'nest-mailroom';
import { useMailBench } from '../support/mail-bench.js';

const bench = useMailBench();
const PAGE =
  '<style>.preheader { display: none }</style><div class="preheader">Preview&#847;&zwnj;&nbsp;</div><div style="display:none">Hidden</div>' +
  '<table><tr><td>Apple</td><td>1</td></tr><tr><td>Pear</td><td>22</td></tr></table><a href="https://example.com/o?a=1&amp;b=2">Order</a>';
const TEXT = 'Apple  1\nPear   22\n\nOrder <https://example.com/o?a=1&b=2>';

/** The text part of a mail as a mail program reads it. */
async function textOf(message: MailMessage, templates: MailModuleOptions['templates']): Promise<string> {
  const folder = bench.folder();
  const { mail } = await bench.app(
    { FromAddress: 'a@example.com', UseSpecifiedPickupDirectory: true, PickupDirectory: folder.path },
    { templates },
  );
  await mail.send(message);
  const [name = ''] = readdirSync(folder.path).filter(entry => entry.endsWith('.eml'));
  const options = { skipTextToHtml: true, skipHtmlToText: true };
  return ((await simpleParser(readFileSync(join(folder.path, name)), options)).text ?? '').trim();
}

function templateFolder(): string {
  const folder = bench.folder();
  mkdirSync(join(folder.path, 'order'));
  writeFileSync(join(folder.path, 'order', 'subject.hbs'), 'Order');
  writeFileSync(join(folder.path, 'order', 'html.hbs'), PAGE);
  return folder.path;
}

const TO = { to: 'ann@example.com' };

describe('A mail without a text of its own has one that holds what its readers see', () => {
  it('of the HTML that the caller gives, where style attributes alone hide something', async () => {
    expect(await textOf({ ...TO, subject: 'Order', html: PAGE }, {})).toBe(`Preview\n\n${TEXT}`);
  });

  it('of a template', async () => {
    const templates = { directories: [templateFolder()] };
    expect(await textOf({ ...TO, template: 'order' }, templates)).toBe(`Preview\n\n${TEXT}`);
  });

  it('of a template whose style sheets are inlined, which may hide something, too', async () => {
    const templates = { directories: [templateFolder()], inlineCss: true };
    expect(await textOf({ ...TO, template: 'order' }, templates)).toBe(TEXT);
  });
});
