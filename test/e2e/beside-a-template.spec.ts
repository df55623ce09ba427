import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import type { MailMessage, RenderedMail, RenderOptions } from 'nest-mailroom';
import { MailModule, MailService, TemplateRenderer } from 'nest-mailroom';
import { headersOf } from '../support/eml.js';
import { useMailBench } from '../support/mail-bench.js';
import type { ReceivedMail } from '../support/received-mail.js';
import { rejection } from '../support/rejection.js';

const bench = useMailBench();

async function received(
  files: Readonly<Record<string, string>>,
  message: Partial<MailMessage>,
): Promise<ReceivedMail> {
  const { path } = bench.folder();
  mkdirSync(join(path, 'note'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, 'note', name), text);
  const sink = await bench.sink();
  const { mail } = await bench.against(sink, {}, { templates: { directories: [path] } });
  await mail.send({ to: 'ann@contoso.com', template: 'note', ...message } as MailMessage);
  const [first] = sink.messages;
  if (!first) throw new Error('no mail came');
  return first;
}

const NOTE = { 'subject.hbs': 'Of the template', 'html.hbs': '<p>Hello</p>' };

describe('A subject beside a template', () => {
  it('takes the place of the subject of the template', async () => {
    const { raw } = await received(NOTE, { subject: 'Of the message' });
    expect(headersOf(raw, 'Subject')).toEqual(['Of the message']);
  });

  it('is the subject where the template has none', async () => {
    const { raw } = await received({ 'html.hbs': '<p>Hello</p>' }, { subject: 'Grüße' });
    expect(headersOf(raw, 'Subject')).toEqual(['=?UTF-8?Q?Gr=C3=BC=C3=9Fe?=']);
  });

  it('is needed by a template without one, also when it was given to an earlier mail', async () => {
    const { path } = bench.folder();
    mkdirSync(join(path, 'note'));
    writeFileSync(join(path, 'note', 'html.hbs'), '<p>Hello</p>');
    const { mail } = await bench.app(
      { Enabled: false, FromAddress: 'a@example.com' },
      { templates: { directories: [path] } },
    );
    expect(await mail.render('note', {}, { subject: 'Own' })).toMatchObject({ subject: 'Own' });
    expect(await rejection(mail.send({ to: 'ann@contoso.com', template: 'note' }))).toMatchObject({
      code: 'EMAILTEMPLATENOTFOUND',
      part: 'subject',
    });
  });

  it('is taken in place of one whose variables are missing', async () => {
    const files = { ...NOTE, 'subject.hbs': 'For {{nobody}}' };
    const { raw } = await received(files, { subject: 'Of the message' });
    expect(headersOf(raw, 'Subject')).toEqual(['Of the message']);
  });

  it('may say that there is none', async () => {
    const { raw } = await received(NOTE, { subject: '' });
    expect(headersOf(raw, 'Subject')).toEqual([]);
  });
});

describe('A time zone beside a template', () => {
  it('reaches the renderer, in the language that is asked for', async () => {
    const seen: (RenderOptions | undefined)[] = [];
    class Renderer extends TemplateRenderer {
      override async render(_name: string, _context: object, options?: RenderOptions): Promise<RenderedMail> {
        seen.push(options);
        return { subject: 's', text: 'x', culture: 'fr' };
      }
    }
    const module = await Test.createTestingModule({
      imports: [MailModule.forRoot({ Enabled: false, FromAddress: 'a@example.com' })],
    })
      .overrideProvider(TemplateRenderer)
      .useClass(Renderer)
      .compile();
    bench.closing(module);
    const mail = module.get(MailService);
    const options = { culture: 'fr', timeZone: 'Asia/Tokyo', subject: 'Own' };
    await mail.send({ to: 'ann@contoso.com', template: 'note', ...options });
    await mail.render('note', {}, options);
    await mail.send({ to: 'ann@contoso.com', template: 'note', culture: null, timeZone: null });
    expect(seen).toEqual([options, options, {}]);
  });
});

describe('Alternatives beside a template', () => {
  it('stand behind its text and HTML', async () => {
    const content = 'BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nEND:VCALENDAR\r\n';
    const alternatives = [{ contentType: 'text/calendar; method=CANCEL', content }];
    const { raw } = await received(NOTE, { alternatives });
    const types = [...raw.toString().matchAll(/^Content-Type: ([a-z/]+)/gm)].map(([, type]) => type);
    expect(types).toEqual(['multipart/alternative', 'text/plain', 'text/html', 'text/calendar']);
  });
});

describe('A mail that says it is automatic', () => {
  it.each<[object, string[]]>([
    [{ automatic: true }, ['auto-generated']],
    [{ automatic: true, headers: { 'Auto-Submitted': 'auto-replied' } }, ['auto-replied']],
    [{ automatic: false }, []],
    [{}, []],
  ])('shows it: %j', async (message, expected) => {
    const sink = await bench.sink();
    const { mail } = await bench.against(sink);
    await mail.send({ to: 'ann@contoso.com', subject: 's', text: 'x', ...message });
    const raw = sink.messages[0]?.raw ?? Buffer.alloc(0);
    expect(headersOf(raw, 'Auto-Submitted')).toEqual(expected);
  });
});
