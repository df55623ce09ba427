// node write-mails.mjs FOLDER: writes the mails that its standard input orders, one a line, and answers each with one line of JSON.
// "small ID" and "large ID OCTETS" write one mail; "held ID" does too, and its attachment waits in the middle for a line "go on".
import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { startMailer } from '../../e2e/pickup-children/start-mailer.mjs';

const [folder = ''] = process.argv.slice(2);
const CHUNK = 64 * 1024;
let goOn = () => undefined;

function octets(id, count) {
  const seed = createHash('sha256').update(id).digest();
  return Buffer.alloc(count, seed);
}

function* cut(content) {
  for (let start = 0; start < content.length; start += CHUNK) yield content.subarray(start, start + CHUNK);
}

async function* held(content) {
  const half = content.length / 2;
  yield* cut(content.subarray(0, half));
  await new Promise(resolve => {
    goOn = resolve;
    console.log('"held"');
  });
  yield* cut(content.subarray(half));
}

function message(kind, id, count) {
  const content = octets(id, count);
  const pieces = kind === 'held' ? held(content) : cut(content);
  return {
    to: 'ann@contoso.com',
    bcc: 'eve@contoso.com',
    subject: id,
    text: `begin ${id}\nend ${id}`,
    headers: { 'X-Digest': createHash('sha256').update(content).digest('hex') },
    attachments: [{ filename: 'x.bin', content: kind === 'small' ? content : Readable.from(pieces) }],
  };
}

// Warnings would stand between the answers.
const { mail, close } = await startMailer(folder, {}, {}, ['error']);
console.log('"started"');

async function write(kind, id, count) {
  try {
    const { file } = await mail.send(message(kind, id, count));
    console.log(JSON.stringify({ file }));
  } catch (error) {
    const { name, code, phase, retryable, messageId } = error;
    console.log(
      JSON.stringify({ error: { name, code, phase, retryable, messageId, message: error.message } }),
    );
  }
}

async function burst(id, count) {
  await Promise.all(Array.from({ length: count }, (_, index) => write('small', `${id}-${index}`, 3000)));
}

let writing = Promise.resolve();
for await (const line of createInterface({ input: process.stdin })) {
  const [kind, id, count] = line.split(' ');
  if (kind === 'go') goOn();
  else if (kind === 'burst') writing = writing.then(() => burst(id, Number(count)));
  else writing = writing.then(() => write(kind, id, Number(count ?? 3000)));
}
await writing;
await close();
