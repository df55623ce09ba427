import type { MailSink } from '../../support/mail-sink.js';
import { NUMBERED } from '../postfix/numbered-mails.js';
import { RelayFolder } from '../postfix/relay-folder.js';

/** A pickup directory whose relays hand mails to a server in this process. */
export function sinkFolder(sink: MailSink): RelayFolder {
  const { host, port } = sink;
  return new RelayFolder({ host, ports: { plain: port, startTls: port, implicitTls: port }, ca: '' });
}

/** How often a server has taken each of the mails, by their ids. */
export function timesTaken(sink: MailSink): Map<string, number> {
  const times = new Map<string, number>();
  for (const { raw } of sink.messages) {
    const [id = ''] = NUMBERED.exec(raw.toString('latin1').split('\r\n\r\n').at(-1) ?? '') ?? [];
    times.set(id, (times.get(id) ?? 0) + 1);
  }
  return times;
}
