import { describe, expect, it } from '@jest/globals';
import { readCalendar } from '../../lib/preview/mails/read-calendar.js';

const read = (...lines: readonly string[]) => readCalendar(Buffer.from(lines.join('\r\n')));

describe('A calendar', () => {
  it('is read into the words that people look for', () => {
    const calendar = read(
      'BEGIN:VCALENDAR',
      'METHOD:REQUEST',
      'BEGIN:VTIMEZONE',
      'TZID:Europe/Paris',
      'BEGIN:STANDARD',
      'DTSTART:19701025T030000',
      'END:STANDARD',
      'END:VTIMEZONE',
      'BEGIN:VEVENT',
      'SUMMARY;LANGUAGE=en:Review\\, part 1',
      'DTSTART;TZID=Europe/Paris:20261203T140000',
      'DTEND;TZID=Europe/Paris:20261203T150000',
      'LOCATION:Room 7\\; second floor',
      'ORGANIZER;CN="Lee: Ann";ROLE=CHAIR:mailto:ann@contoso.com',
      'ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:bob@contoso.com',
      'ATTENDEE;CN=Carl;PARTSTAT=ACCEPTED:MAILTO:carl@contoso.com',
      'DESCRIPTION:One line\\nand a very lo',
      ' ng one',
      'RRULE:FREQ=WEEKLY',
      'STATUS:CONFIRMED',
      'BEGIN:VALARM',
      'DESCRIPTION:Not this',
      'END:VALARM',
      'END:VEVENT',
      'END:VCALENDAR',
    );
    expect(calendar).toEqual({
      method: 'REQUEST',
      events: [
        {
          summary: 'Review, part 1',
          start: '2026-12-03 14:00 Europe/Paris',
          end: '2026-12-03 15:00 Europe/Paris',
          location: 'Room 7; second floor',
          organizer: 'Lee: Ann <ann@contoso.com>',
          attendees: ['bob@contoso.com (needs action)', 'Carl <carl@contoso.com> (accepted)'],
          description: 'One line\nand a very long one',
          repeats: 'FREQ=WEEKLY',
          status: 'CONFIRMED',
        },
      ],
    });
  });

  it.each([
    ['20261203', '2026-12-03'],
    ['20261203T140000Z', '2026-12-03 14:00 UTC'],
    ['20261203T140000', '2026-12-03 14:00'],
    ['tomorrow', 'tomorrow'],
  ])('says %s as %s', (value, shown) => {
    expect(read('BEGIN:VEVENT', `DTSTART:${value}`, 'END:VEVENT').events).toEqual([
      { summary: '', attendees: [], start: shown },
    ]);
  });

  it.each([
    ['nothing', ''],
    ['no calendar', '<html>'],
    ['an appointment without an end', 'BEGIN:VEVENT\r\nSUMMARY:x'],
    ['lines without a name', ':x\r\n;y\r\nBEGIN'],
    ['quotes without an end', `BEGIN:VEVENT\r\n${'ATTENDEE;CN="x;'.repeat(10_000)}`],
  ])('with %s has no appointments', (_what, text) => {
    expect(readCalendar(Buffer.from(text))).toEqual({ events: [] });
  });

  it('with thousands of appointments and attendees is read in part', () => {
    const event = `BEGIN:VEVENT\r\n${'ATTENDEE:mailto:a@b.com\r\n'.repeat(200)}END:VEVENT\r\n`;
    const { events } = readCalendar(Buffer.from(event.repeat(1000)));
    expect(events).toHaveLength(20);
    expect(events[0]?.attendees).toHaveLength(100);
  });
});
