import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { MailMessage } from 'nest-mailroom';
import { headersOf } from '../support/eml.js';
import { useMailBench } from '../support/mail-bench.js';
import type { ReceivedMail } from '../support/received-mail.js';

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

  it('may say that there is none', async () => {
    const { raw } = await received(NOTE, { subject: '' });
    expect(headersOf(raw, 'Subject')).toEqual([]);
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
