import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, totalmem, type } from 'node:os';
import { promisify } from 'node:util';
import { repository } from './root-packages.mjs';

const run = promisify(execFile);
const require = createRequire(import.meta.url);

const COMPARED = [
  '@nestjs-modules/mailer',
  'email-templates',
  'nodemailer',
  'handlebars',
  '@nestjs/core',
  '@nestjs/bullmq',
  'bullmq',
  'ioredis',
];

/**
 * What somebody who reads the figures must know of where they come from.
 *
 * @returns {Promise<object>} for the JSON file
 */
export async function machine() {
  return {
    node: process.version,
    system: type(),
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? 'unknown',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    commit: await commit(),
    versions: await versions(),
  };
}

async function commit() {
  try {
    const { stdout } = await run('git', ['describe', '--always', '--dirty', '--abbrev=12'], {
      cwd: repository,
    });
    return stdout.trim();
  } catch {
    return 'unknown';
  }
}

/** Versions of the peers; each is looked up as the contestants find it. */
async function versions() {
  const found = await Promise.all(
    COMPARED.map(async name => {
      const folder = require.resolve.paths(name).map(path => `${path}/${name}/package.json`);
      for (const file of folder) {
        const text = await readFile(file, 'utf8').catch(() => undefined);
        if (text !== undefined) return [name, JSON.parse(text).version];
      }
      return [name, 'not installed'];
    }),
  );
  return Object.fromEntries(found);
}
