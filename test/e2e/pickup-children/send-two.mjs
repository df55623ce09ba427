// node send-two.mjs FOLDER UMASK FSYNC: sends a small mail and one with a stream under an octal umask, and tells their files as JSON in
// its last line.
import { Readable } from 'node:stream';
import { startMailer } from './start-mailer.mjs';

const [folder = '', umask = '022', fsync = 'true'] = process.argv.slice(2);
process.umask(Number.parseInt(umask, 8));
const { mail, close } = await startMailer(folder, { pickup: { fsync: fsync === 'true' } });
const small = await mail.send({ to: 'ann@contoso.com', subject: 'small', text: 'Hello' });
const content = Readable.from([Buffer.alloc(700_000, 'a'), Buffer.alloc(700_000, 'b')]);
const large = await mail.send({
  to: 'ann@contoso.com',
  subject: 'large',
  text: 'See the attachment.',
  attachments: [{ filename: 'a.bin', content }],
});
await close();
console.log(JSON.stringify([small.file, large.file]));
