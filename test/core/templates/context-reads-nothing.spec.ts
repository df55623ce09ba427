import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { TemplateFixture } from './template-fixture.js';

const SECRET = 'what the file holds';
const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

const READERS: readonly [string, string][] = [
  ['a value', '{{#with v}}{{#if path}}{{path}}{{/if}}{{#if href}}{{href}}{{/if}}{{/with}}'],
  ['a text', '{{text}}'],
  ['an address of a link', '<a href="{{link url}}">x</a>'],
  ['an address of an image', '<img src="{{url}}"><link rel="stylesheet" href="{{url}}">'],
  ['an address of a file', '<img src="{{file}}"><img src="{{text}}">'],
  ['markup', '{{{markup}}}'],
];

describe('Nothing in a context reads a file or a URL:', () => {
  it.each(READERS)('%s', async (_what, html) => {
    const folder = fixture.directory({ 'secret.txt': SECRET });
    const path = join(folder.path, 'secret.txt');
    const file = pathToFileURL(path);
    let requests = 0;
    const server = createServer((_request, response) => {
      requests++;
      response.end(SECRET);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`;
    const context = {
      v: { path, href: url, content: { path } },
      text: path,
      file: file.href,
      url,
      markup: `<img src="${url}"><link rel="stylesheet" href="${url}"><img src="${file.href}">`,
    };
    const mail = await fixture.mail({ 't/html.hbs': `<p>${html}</p>` }, context, { inlineCss: true });
    server.close();
    expect(mail.html).not.toContain(SECRET);
    expect(mail.text).not.toContain(SECRET);
    expect(mail.attachments ?? []).toEqual([]);
    expect(requests).toBe(0);
  });
});
