import type { OverdueTries } from '../../core/delivery/age-limit.js';
import type { FieldReader } from './job-fields.js';
import { anyText, fieldsOf, flag, line, listOf, oneOf, textLike, time, whole, wrong } from './job-fields.js';
import type { JobContent, JobDigest, JobRecord, JobRefusal, MailJob } from './mail-job.js';
import { JOB_FORMAT } from './mail-job.js';
import { UnreadableJobError } from './unreadable-job-error.js';

const MOST_OCTETS = 2 ** 40;
const MOST_TRIES = 2 ** 31;
const MOST_HEADERS = 20;
/** A UUID, of which names of files are made. */
const TOKEN = textLike(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/, 'a UUID');
/** As `contentName` makes it; it becomes the name of a file. */
const CONTENT_NAME = textLike(/^m[\w-]{43,100}$/, 'the name of a content');
const KEY_ID = textLike(/^[0-9a-f]{8}$/, 'the id of a key');

/**
 * Reads the data of a job that the store gave. Whoever can write into the store may have edited it, or it may be of another
 * application or version.
 *
 * @returns all that this version knows of it, as plain objects of our own
 * @throws UnreadableJobError `newer-format`, `foreign` or `damaged`
 */
export function readJob(data: unknown): MailJob {
  checkFormat(data);
  const job = fieldsOf(data, '');
  const recipients = job.required('recipients', listOf(line, 1));
  const content = job.optional('content', contentField);
  const record = job.optional('record', (value, place) => recordField(value, place, recipients.length));
  const digest = job.optional('digest', digestField);
  const trace = job.optional('trace', traceField);
  const template = job.optional('template', line);
  const culture = job.optional('culture', line);
  return {
    format: job.required('format', whole(1, JOB_FORMAT)),
    messageId: job.required('messageId', line),
    ...(template !== undefined && { template }),
    ...(culture !== undefined && { culture }),
    size: job.required('size', whole(0, MOST_OCTETS)),
    recipients,
    queuedAt: job.required('queuedAt', time),
    dueAt: job.required('dueAt', time),
    token: job.required('token', TOKEN),
    ...(digest && { digest }),
    ...(trace && { trace }),
    ...(content && { content }),
    ...(record && { record }),
  };
}

/** Tells jobs of others and of newer versions before anything else: their data may be anything. */
function checkFormat(data: unknown): void {
  const own = typeof data === 'object' && data !== null && !Array.isArray(data);
  const format: unknown = own && Object.hasOwn(data, 'format') ? Reflect.get(data, 'format') : undefined;
  if (typeof format !== 'number' || !own || !Object.hasOwn(data, 'token'))
    throw new UnreadableJobError(
      'foreign',
      'It is no job of nest-mailroom: another application uses a queue of this name in this store; give one of them another name or prefix',
    );
  if (Number.isInteger(format) && format > JOB_FORMAT)
    throw new UnreadableJobError(
      'newer-format',
      `It has format ${format}, and this version of nest-mailroom reads formats up to ${JOB_FORMAT}; update this worker`,
    );
}

const contentField: FieldReader<JobContent> = (value, place) => {
  const content = fieldsOf(value, place);
  const key = content.optional('key', KEY_ID);
  const bytes = content.optional('bytes', contentBytes);
  const where = content.optional('place', oneOf('directory', 'store'));
  const name = content.optional('name', CONTENT_NAME);
  if ((bytes === undefined) === (where === undefined)) throw wrong(place, 'must have either bytes or place');
  return {
    ...(key !== undefined && { key }),
    ...(bytes !== undefined && { bytes }),
    ...(where !== undefined && { place: where }),
    ...(name !== undefined && { name }),
  };
};

/** Base64, which is decoded where it is needed; longer than other texts. */
const contentBytes: FieldReader<string> = (value, place) => {
  if (typeof value !== 'string' || value === '') throw wrong(place, 'must be base64');
  return value;
};

const digestField: FieldReader<JobDigest> = (value, place) => {
  const digest = fieldsOf(value, place);
  const key = digest.optional('key', KEY_ID);
  return { ...(key !== undefined && { key }), value: digest.required('value', line) };
};

const traceField: FieldReader<Record<string, string>> = (value, place) => {
  fieldsOf(value, place);
  const entries = Object.entries(Object(value) as Record<string, unknown>);
  if (entries.length > MOST_HEADERS) throw wrong(place, `has ${entries.length} fields`);
  return Object.fromEntries(
    entries.map(([name, text]) => [line(name, place), anyText(text, `${place}.${name}`)]),
  );
};

function recordField(value: unknown, place: string, count: number): JobRecord {
  const record = fieldsOf(value, place);
  const at = whole(0, count - 1);
  const refusals = listOf((item, where) => refusalField(item, where, at));
  const delivered = record.required('delivered', listOf(at));
  const refused = record.required('refused', refusals);
  const deferred = record.required('deferred', refusals);
  const places = [...delivered, ...[...refused, ...deferred].map(refusal => refusal.at)];
  if (new Set(places).size < places.length) throw wrong(place, 'names a recipient twice');
  const fallback = record.optional('fallback', flag);
  const endedAt = record.optional('endedAt', time);
  const endedIn = record.optional('endedIn', whole(0, MOST_TRIES));
  const since = record.optional('since', time);
  const overdue = record.optional('overdue', overdueField);
  return {
    tries: record.required('tries', whole(0, MOST_TRIES)),
    delivered,
    refused,
    deferred,
    ...(fallback !== undefined && { fallback }),
    triedAt: record.required('triedAt', time),
    ...(endedAt !== undefined && { endedAt }),
    ...(endedIn !== undefined && { endedIn }),
    ...(since !== undefined && { since }),
    ...(overdue && { overdue }),
  };
}

const overdueField: FieldReader<OverdueTries> = (value, place) => {
  const overdue = fieldsOf(value, place);
  return {
    tries: overdue.required('tries', whole(1, MOST_TRIES)),
    since: overdue.required('since', time),
  };
};

function refusalField(value: unknown, place: string, at: FieldReader<number>): JobRefusal {
  const refusal = fieldsOf(value, place);
  const code = refusal.optional('code', whole(100, 999));
  const enhancedCode = refusal.optional('enhancedCode', line);
  return {
    at: refusal.required('at', at),
    reason: refusal.required('reason', anyText),
    ...(code !== undefined && { code }),
    ...(enhancedCode !== undefined && { enhancedCode }),
  };
}
