import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TalkingChild } from '../../support/talking-child.js';

/** What the writer says of one mail. */
export interface Answer {
  readonly file?: string;
  readonly error?: {
    readonly name: string;
    readonly code: string;
    readonly phase: string;
    readonly retryable: boolean | 'unknown';
    readonly messageId: string;
    readonly message: string;
  };
}

const SCRIPT = join(import.meta.dirname, 'write-mails.mjs');

/** A process of its own that writes mails on command, all its files in one thread, so that system calls have an order. */
export class MailWriter {
  readonly child: TalkingChild;

  private constructor(child: TalkingChild) {
    this.child = child;
  }

  /** Starts it; `prefix` is a command that starts another one, such as `setpriv --reuid=65534`. */
  static async start(folder: string, prefix: readonly string[] = []): Promise<MailWriter> {
    const [program = '', ...args] = [...prefix, process.execPath, SCRIPT, folder];
    const child = await TalkingChild.start(program, args, { UV_THREADPOOL_SIZE: '1', UV_USE_IO_URING: '0' });
    await child.expectLine();
    return new MailWriter(child);
  }

  /** Orders a mail, such as `small ID` or `large ID OCTETS`, and waits for what becomes of it. */
  async write(order: string): Promise<Answer> {
    this.child.say(order);
    return JSON.parse(await this.child.expectLine()) as Answer;
  }

  /** Orders a mail that must be written. */
  async expectFile(order: string): Promise<string> {
    const { file, error } = await this.write(order);
    if (file === undefined) throw new Error(`"${order}" was not written: ${error?.message}`);
    return file;
  }

  /** Orders small mails, all at the same time, and waits for what becomes of each, in the order in which they end. */
  async burst(id: string, count: number): Promise<Answer[]> {
    this.child.say(`burst ${id} ${count}`);
    const answers: Answer[] = [];
    while (answers.length < count) answers.push(JSON.parse(await this.child.expectLine()) as Answer);
    return answers;
  }

  /** The thread that writes files, which after a first mail is the one that has written most. */
  poolThread(): number {
    const tasks = `/proc/${this.child.pid}/task`;
    const written = readdirSync(tasks)
      .filter(thread => thread !== String(this.child.pid))
      .map(thread => {
        const octets = /^wchar: (\d+)$/m.exec(readFileSync(`${tasks}/${thread}/io`, 'utf8'))?.[1];
        return { thread: Number(thread), octets: Number(octets) };
      });
    return written.toSorted((a, b) => b.octets - a.octets)[0]?.thread ?? 0;
  }
}
