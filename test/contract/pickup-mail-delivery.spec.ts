import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PickupMailDelivery } from '../../lib/core/delivery/pickup/pickup-mail-delivery.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import type { ArrivedMail } from './mail-delivery.contract.js';
import { describeMailDelivery } from './mail-delivery.contract.js';

describeMailDelivery('A pickup directory', async () => {
  const directory = temporaryDirectory();
  return {
    delivery: new PickupMailDelivery({ directory: directory.path, format: 'Iis', mode: 0o640 }),
    status: 'written',
    arrived: async () => {
      const names = await readdir(directory.path);
      return Promise.all(names.map(async name => readAsIis(await readFile(join(directory.path, name)))));
    },
    tearDown: async () => directory.remove(),
  };
});

/** Reads a file as IIS does: the envelope from X-Sender and X-Receiver, the rest is the message. */
function readAsIis(file: Buffer): ArrivedMail {
  const lines = file.toString('latin1').split('\r\n');
  const own = lines.findIndex(line => !/^X-(?:Sender|Receiver): /.test(line));
  const value = (line: string): string => line.slice(line.indexOf(': ') + 2);
  const [sender = '', ...receivers] = lines.slice(0, own).map(value);
  return {
    envelope: { from: sender, to: receivers },
    raw: Buffer.from(lines.slice(own).join('\r\n'), 'latin1'),
  };
}
