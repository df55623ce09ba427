// node poll-folder.mjs FOLDER: reads every new .eml of a folder each millisecond until its input ends, then tells what it saw.
import { readdirSync, readFileSync } from 'node:fs';

const [folder = ''] = process.argv.slice(2);
const seen = new Set();
const torn = [];
let polls = 0;
let ending = false;

process.stdin.on('end', () => (ending = true)).resume();
console.log('polling');

function poll() {
  // Known before the folder is read: what is written after the end of the input is not missed.
  const last = ending;
  polls++;
  for (const name of readdirSync(folder)) {
    if (!name.endsWith('.eml') || seen.has(name)) continue;
    seen.add(name);
    const file = readFileSync(`${folder}/${name}`, 'latin1');
    const boundary = /boundary="([^"]+)"/.exec(file)?.[1];
    const octets = /^X-Octets: (\d+)\r$/m.exec(file)?.[1];
    const complete =
      boundary !== undefined &&
      file.endsWith(`--${boundary}--\r\n`) &&
      file.length > (Number(octets) * 4) / 3;
    if (!complete) torn.push({ name, octets: file.length });
  }
  if (!last) setTimeout(poll, 1);
  else console.log(JSON.stringify({ polls, read: seen.size, torn }));
}
poll();
