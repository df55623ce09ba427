// node measure-stream.mjs FOLDER OCTETS CHUNK: writes one mail whose attachment is a stream, and tells what memory that took.
import { Readable } from 'node:stream';
import { startMailer } from './start-mailer.mjs';

const [folder = '', octets = '', chunk = ''] = process.argv.slice(2);

function* pieces() {
  for (let left = Number(octets); left > 0; left -= Number(chunk))
    yield Buffer.alloc(Math.min(left, Number(chunk)), left & 0xff);
}

const { mail, close } = await startMailer(folder);
await mail.send({ to: 'ann@contoso.com', text: 'The first mail loads what mails need.' });
const idle = process.memoryUsage.rss();
// Samples are what is asked for; the kernel's own peak misses nothing between them.
let sampled = idle;
const sampling = setInterval(() => (sampled = Math.max(sampled, process.memoryUsage.rss())), 10);
const { file } = await mail.send({
  to: 'ann@contoso.com',
  text: 'See the attachment.',
  attachments: [{ filename: 'big.bin', content: Readable.from(pieces()) }],
});
clearInterval(sampling);
const peak = Math.max(sampled, process.resourceUsage().maxRSS * 1024);
console.log(JSON.stringify({ file, idle, peak }));
await close();
