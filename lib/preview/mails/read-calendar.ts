/** An appointment of a calendar, in texts that can be shown. */
export interface CalendarEvent {
  readonly summary: string;
  /** When it begins and ends, as the calendar says it; with the time zone, where that is named. */
  readonly start?: string;
  readonly end?: string;
  readonly location?: string;
  readonly organizer?: string;
  readonly attendees: readonly string[];
  readonly status?: string;
  /** How it is repeated, as a rule of RFC 5545 3.3.10. */
  readonly repeats?: string;
  readonly description?: string;
}

/** A calendar as far as a reader is to see it (RFC 5545). */
export interface CalendarView {
  /** What is asked of the recipient, such as `REQUEST`. */
  readonly method?: string;
  readonly events: readonly CalendarEvent[];
}

/** A line of a calendar: its name, parameters and value (RFC 5545 3.1). */
interface ContentLine {
  readonly name: string;
  readonly params: ReadonlyMap<string, string>;
  readonly value: string;
}

const LONGEST = 256 * 1024;
const MOST_EVENTS = 20;
const MOST_ATTENDEES = 100;
const LONGEST_TEXT = 2000;
const SHOWN: ReadonlySet<string> = new Set(['VEVENT', 'VTODO', 'VJOURNAL', 'VFREEBUSY']);

/** Whether a MIME type is one of calendars. */
export function isCalendar(contentType: string): boolean {
  return /^(?:text\/calendar|application\/ics)$/i.test(contentType);
}

/** Reads a calendar. Never fails: of what is no calendar there are no events. */
export function readCalendar(content: Buffer): CalendarView {
  const text = content.subarray(0, LONGEST).toString('utf8');
  // A line goes on where the next one begins with a blank.
  const lines = text.replace(/\r?\n[ \t]/g, '').split(/\r?\n/);
  const events: CalendarEvent[] = [];
  let method: string | undefined;
  let open: ContentLine[] | undefined;
  let within: string | undefined;
  for (const written of lines) {
    const line = contentLine(written);
    if (!line) continue;
    const { name, value } = line;
    const component = value.trim().toUpperCase();
    if (name === 'BEGIN') {
      if (!open && SHOWN.has(component)) open = [];
      // An alarm has a description of its own.
      else if (open) within ??= component;
    } else if (name === 'END') {
      if (within === component) within = undefined;
      else if (open && SHOWN.has(component)) {
        if (events.length < MOST_EVENTS) events.push(eventOf(open));
        open = undefined;
      }
    } else if (open) {
      if (within === undefined) open.push(line);
    } else if (name === 'METHOD') method ??= value.trim().slice(0, 100);
  }
  return { ...(method !== undefined && { method }), events };
}

function eventOf(lines: readonly ContentLine[]): CalendarEvent {
  const first = (name: string): ContentLine | undefined => lines.find(line => line.name === name);
  const text = (name: string): string | undefined => {
    const line = first(name);
    return line && unescaped(line.value).slice(0, LONGEST_TEXT);
  };
  const optional = <Name extends string>(
    key: Name,
    value: string | undefined,
  ): Partial<Record<Name, string>> =>
    value === undefined || value === '' ? {} : ({ [key]: value } as Record<Name, string>);
  const organizer = first('ORGANIZER');
  const attendees = lines.filter(({ name }) => name === 'ATTENDEE').slice(0, MOST_ATTENDEES);
  return {
    summary: text('SUMMARY') ?? '',
    attendees: attendees.map(personOf),
    ...optional('start', timeOf(first('DTSTART'))),
    ...optional('end', timeOf(first('DTEND') ?? first('DUE')) ?? text('DURATION')),
    ...optional('location', text('LOCATION')),
    ...optional('organizer', organizer && personOf(organizer)),
    ...optional('status', text('STATUS')),
    ...optional('repeats', text('RRULE')),
    ...optional('description', text('DESCRIPTION')),
  };
}

/** `20261203T140000Z` as `2026-12-03 14:00 UTC`; what has another form stays as it is. */
function timeOf(line: ContentLine | undefined): string | undefined {
  if (!line) return undefined;
  const value = line.value.trim().slice(0, 100);
  const [, year, month, day, time, hour, minute, utc] =
    /^(\d{4})(\d{2})(\d{2})(T(\d{2})(\d{2})\d{2}(Z)?)?$/.exec(value) ?? [];
  if (year === undefined) return value;
  const zone = utc === undefined ? line.params.get('TZID') : 'UTC';
  const clock = time === undefined ? '' : ` ${hour}:${minute}${zone === undefined ? '' : ` ${zone}`}`;
  return `${year}-${month}-${day}${clock}`;
}

/** `Ann <ann@contoso.com> (accepted)`. */
function personOf({ value, params }: ContentLine): string {
  const address = value
    .trim()
    .replace(/^mailto:/i, '')
    .slice(0, 300);
  const name = params.get('CN');
  const answer = params.get('PARTSTAT');
  const whom = name === undefined || name === '' ? address : `${name} <${address}>`;
  return answer === undefined ? whom : `${whom} (${answer.toLowerCase().replaceAll('-', ' ')})`;
}

/** Takes a line apart: a quoted parameter may hold colons and semicolons. */
function contentLine(line: string): ContentLine | undefined {
  const [, name] = /^([A-Za-z0-9-]{1,60})(?=[;:])/.exec(line) ?? [];
  if (name === undefined) return undefined;
  const params = new Map<string, string>();
  const parameter = /;([A-Za-z0-9-]{1,60})=((?:"[^"]*"|[^";:])*)/y;
  parameter.lastIndex = name.length;
  let end = name.length;
  for (let found = parameter.exec(line); found; found = parameter.exec(line)) {
    const [, key = '', value = ''] = found;
    params.set(key.toUpperCase(), value.replaceAll('"', '').slice(0, 300));
    end = parameter.lastIndex;
  }
  if (line.charAt(end) !== ':') return undefined;
  return { name: name.toUpperCase(), params, value: line.slice(end + 1) };
}

/** RFC 5545 3.3.11. */
function unescaped(value: string): string {
  return value
    .slice(0, LONGEST_TEXT * 2)
    .replace(/\\([\\;,nN])/g, (_, character: string) => (character.toLowerCase() === 'n' ? '\n' : character));
}
