import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { flushContent, flushFile } from '../../core/delivery/pickup/flush-file.js';
import type { QuickFiles } from './quick-files.js';

/** Octets that are made ready at a time. */
const PORTION = Buffer.alloc(64 * 1024, '\n');

/**
 * A file of lines at whose end line after line is made durable. Room for more is made ready beforehand, as empty lines: to write
 * over them and to flush that is much quicker than to make the file longer.
 */
export class PreparedFile {
  readonly #handle: FileHandle;
  readonly #files: QuickFiles;
  #length = 0;
  /** Up to where the file is ready; Infinity where there is no room to make it so. */
  #ready = 0;
  #torn = false;

  private constructor(handle: FileHandle, files: QuickFiles) {
    this.#handle = handle;
    this.#files = files;
  }

  /** Makes the file, which must not be there yet. */
  static async create(path: string, files: QuickFiles): Promise<PreparedFile> {
    const { O_CREAT, O_EXCL, O_WRONLY } = constants;
    const file = new PreparedFile(await open(path, O_CREAT | O_EXCL | O_WRONLY, 0o600), files);
    await file.#makeReady();
    return file;
  }

  /** Octets of the lines. */
  get length(): number {
    return this.#length;
  }

  /** Writes lines behind those that are there; resolves when they are on the disk. */
  async append(lines: string): Promise<void> {
    // A write that failed may have left the beginning of a line, which must not become the beginning of this one.
    const bytes = Buffer.from(this.#torn ? `\n${lines}` : lines);
    this.#torn = true;
    for (let written = 0; written < bytes.length;) {
      const octets = await this.#files.write(this.#handle, bytes.subarray(written), this.#length);
      written += octets;
      this.#length += octets;
    }
    await flushContent(this.#handle);
    this.#torn = false;
    if (this.#length + bytes.length > this.#ready) await this.#makeReady();
  }

  /** Takes all lines away. */
  async empty(): Promise<void> {
    await this.#handle.truncate();
    this.#length = 0;
    this.#ready = 0;
    await this.#makeReady();
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  /** Never rejects: where there is no room each line makes the file longer, and says itself what is wrong. */
  async #makeReady(): Promise<void> {
    const begin = Math.max(this.#ready, this.#length);
    try {
      const { bytesWritten } = await this.#handle.write(PORTION, 0, PORTION.length, begin);
      await flushFile(this.#handle);
      this.#ready = begin + bytesWritten;
    } catch {
      this.#ready = Infinity;
      // What little room there is may be needed for something else.
      await this.#handle.truncate(this.#length).catch(() => {});
    }
  }
}
