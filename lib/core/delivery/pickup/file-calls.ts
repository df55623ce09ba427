import * as fs from 'node:fs';
import { promisify } from 'node:util';

// Calls about files by their plain descriptors: an object of Node.js for each file costs as much as the calls themselves.

/** Opens a file; its descriptor has to be closed. */
export const open = promisify(fs.open);
/** Closes a descriptor. */
export const close = promisify(fs.close);
/** Gives a file another name. */
export const rename = promisify(fs.rename);
/** Takes a name away. */
export const unlink = promisify(fs.unlink);
