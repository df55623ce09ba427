// node measure-stream.mjs FOLDER OCTETS CHUNK: writes one mail whose attachment is a stream, and tells what memory that took.
import { existsSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { startMailer } from './start-mailer.mjs';

const [folder = '', octets = '', chunk = ''] = process.argv.slice(2);

function* pieces() {
  for (let left = Number(octets); left > 0; left -= Number(chunk))
    yield Buffer.alloc(Math.min(left, Number(chunk)), left & 0xff);
}

/** Not resourceUsage().maxRSS, in which the memory of the process that started this one lives on. */
function kernelPeak() {
  if (!existsSync('/proc/self/status')) return 0;
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}

const { mail, close } = await startMailer(folder);
await mail.send({ to: 'ann@contoso.com', subject: 's', text: 'The first mail loads what mails need.' });
const idle = process.memoryUsage.rss();
// The kernel's own peak misses nothing between the samples; they are for systems that do not tell it.
let sampled = idle;
const sampling = setInterval(() => (sampled = Math.max(sampled, process.memoryUsage.rss())), 10);
const { file } = await mail.send({
  to: 'ann@contoso.com',
  subject: 's',
  text: 'See the attachment.',
  attachments: [{ filename: 'big.bin', content: Readable.from(pieces()) }],
});
clearInterval(sampling);
const peak = Math.max(sampled, kernelPeak());
console.log(JSON.stringify({ file, idle, peak }));
await close();
