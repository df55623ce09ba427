import { readdirSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { MailMessage } from 'nest-mailroom';
import { MailModule } from 'nest-mailroom';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { ask } from './http-request.js';
import type { PreviewApp } from './preview-app.js';
import { startPreviewApp } from './preview-app.js';

const CALENDAR = [
  'BEGIN:VCALENDAR',
  'METHOD:REQUEST',
  'BEGIN:VEVENT',
  'SUMMARY:Review <b>of</b> roles',
  'DTSTART:20261203T140000Z',
  'DTEND:20261203T150000Z',
  'LOCATION:Room 7',
  'ORGANIZER;CN=Ann:mailto:ann@contoso.com',
  'ATTENDEE:mailto:bob@contoso.com',
  'END:VEVENT',
  'END:VCALENDAR',
  '',
].join('\r\n');
const INVITATION: MailMessage = {
  to: 'bob@contoso.com',
  subject: 'Invitation',
  html: '<p>Come</p>',
  envelopeFrom: null,
  dsn: { notify: ['success', 'delay'], ret: 'full', envid: 'order 42' },
  alternatives: [{ contentType: 'text/calendar; method=REQUEST', content: CALENDAR }],
  unsubscribe: { url: 'https://contoso.com/off?a=1&b=2', mailto: 'off@contoso.com' },
};
/** What the JSON has of it, whatever is known of its envelope. */
const SHOWN = {
  alternatives: [
    {
      contentType: 'text/calendar',
      parameters: { method: 'REQUEST', charset: 'utf-8' },
      content: expect.stringContaining('SUMMARY:Review <b>of</b> roles\n'),
      calendar: {
        method: 'REQUEST',
        events: [
          {
            summary: 'Review <b>of</b> roles',
            start: '2026-12-03 14:00 UTC',
            end: '2026-12-03 15:00 UTC',
            location: 'Room 7',
            organizer: 'Ann <ann@contoso.com>',
            attendees: ['bob@contoso.com'],
          },
        ],
      },
    },
  ],
  unsubscribe: { url: 'https://contoso.com/off?a=1&b=2', mailto: 'mailto:off@contoso.com', oneClick: true },
  attachments: [],
};

let app: PreviewApp | undefined;
let folder: TemporaryDirectory | undefined;
afterEach(async () => {
  await app?.close();
  folder?.remove();
  app = undefined;
  folder = undefined;
});

async function start(pickup: boolean): Promise<PreviewApp> {
  folder = temporaryDirectory();
  app = await startPreviewApp({
    mail: MailModule.forRoot({
      UseSpecifiedPickupDirectory: true,
      PickupDirectory: folder.path,
      FromAddress: 'from@contoso.com',
    }),
    ...(pickup && { preview: { mailbox: { pickupDirectory: folder.path } } }),
  });
  return app;
}

async function message(preview: PreviewApp): Promise<Record<string, unknown>> {
  const [first = {}] = JSON.parse((await ask(`${preview.url}/api/messages`)).body) as Record<
    string,
    unknown
  >[];
  return first;
}

const page = async (preview: PreviewApp, tab: string): Promise<string> => {
  const { id } = await message(preview);
  return (await ask(`${preview.url}/mailbox/${String(id)}?tab=${tab}`)).body;
};

describe('A mail with a calendar, a way to unsubscribe and an envelope of its own', () => {
  it('is told as JSON', async () => {
    const preview = await start(false);
    await preview.mail.send(INVITATION);
    expect(await message(preview)).toMatchObject({
      ...SHOWN,
      envelope: { from: '', to: ['bob@contoso.com'], dsn: INVITATION.dsn },
      receipt: { envelope: { from: '', dsn: INVITATION.dsn } },
    });
  });

  it('is told as JSON where it lies in a pickup directory', async () => {
    const preview = await start(true);
    await preview.mail.send(INVITATION);
    expect(readdirSync(folder?.path ?? '')).toHaveLength(1);
    expect(await message(preview)).toMatchObject({
      ...SHOWN,
      envelope: { from: '', to: ['bob@contoso.com'] },
    });
  });

  it('is shown with its appointment as a table, and the calendar as it is', async () => {
    const preview = await start(false);
    await preview.mail.send(INVITATION);
    const shown = await page(preview, 'alternatives');
    expect(shown).toContain('>Alternatives (1)</a');
    for (const [name, value] of [
      ['What', 'Review &lt;b&gt;of&lt;/b&gt; roles'],
      ['When', '2026-12-03 14:00 UTC – 2026-12-03 15:00 UTC'],
      ['Where', 'Room 7'],
      ['Organizer', 'Ann &lt;ann@contoso.com&gt;'],
      ['Attendees', 'bob@contoso.com'],
    ])
      expect(shown.replace(/\s+/g, ' ')).toContain(`<th scope="row">${name}</th> <td>${value}</td>`);
    expect(shown).toContain('text/calendar; method=REQUEST; charset=utf-8');
    expect(shown).toContain('SUMMARY:Review &lt;b&gt;of&lt;/b&gt; roles\n');
    expect(shown).not.toContain('<b>of');
  });

  it('is shown with its way to unsubscribe, sender and reports', async () => {
    const preview = await start(false);
    await preview.mail.send(INVITATION);
    const shown = (await page(preview, 'delivery')).replace(/\s+/g, ' ');
    expect(shown).toContain(
      '<dt>Unsubscribe</dt> <dd>https://contoso.com/off?a=1&amp;b=2, mailto:off@contoso.com (one click)</dd>',
    );
    expect(shown).toContain('<dt>From</dt> <dd>&lt;&gt;</dd>');
    expect(shown).toContain(
      '<dt>Reports (DSN)</dt> <dd>success, delay; with the whole mail; named order 42</dd>',
    );
  });
});

describe('A mail without any of these', () => {
  it('has no tab for them, and no row', async () => {
    const preview = await start(false);
    await preview.mail.send({ to: 'bob@contoso.com', subject: 's', text: 'x' });
    const shown = await page(preview, 'text');
    expect(shown).not.toMatch(/Alternatives|Unsubscribe|Reports/);
    expect(await page(preview, 'alternatives')).toContain('This mail has only text and HTML.');
    const told = await message(preview);
    expect(told).toMatchObject({ alternatives: [] });
    expect(told).not.toHaveProperty('unsubscribe');
  });

  it('shows a calendar among its files', async () => {
    const preview = await start(false);
    await preview.mail.send({
      to: 'bob@contoso.com',
      subject: 's',
      text: 'x',
      attachments: [{ filename: 'invite.ics', contentType: 'text/calendar', content: CALENDAR }],
    });
    expect(await page(preview, 'attachments')).toContain('Review &lt;b&gt;of&lt;/b&gt; roles');
    expect(await message(preview)).toMatchObject({
      alternatives: [],
      attachments: [{ filename: 'invite.ics' }],
    });
  });
});
