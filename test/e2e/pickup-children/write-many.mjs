// node write-many.mjs FOLDER WRITER COUNT: writes many small mails, of which each says who wrote it and which one it is.
import { startMailer } from './start-mailer.mjs';

const [folder = '', writer = '', count = ''] = process.argv.slice(2);
// 20,000 flushes of a disk would take minutes and prove nothing about names.
const { mail, close } = await startMailer(folder, { pickup: { fsync: false } });
let next = 0;
const line = async () => {
  while (next < Number(count)) {
    const id = `${writer}-${next++}`;
    await mail.send({
      to: 'ann@contoso.com',
      subject: id,
      text: `begin ${id}\n${'x'.repeat(60)}\nend ${id}`,
    });
  }
};
await Promise.all(Array.from({ length: 20 }, line));
await close();
console.log(next);
