import { errnoOf, messageOf } from '../../core/errors/error-facts.js';

/** A package that a queue needs is not installed, or cannot be loaded. Its message says how to install it. */
export class MissingPackageError extends Error {
  override readonly name = 'MissingPackageError';
}

/**
 * Loads an optional peer.
 *
 * @param name of the package
 * @param needed all that this kind of store needs, as `npm install` takes it: `bullmq ioredis`
 * @throws MissingPackageError
 */
export async function loadPackage<T>(name: string, needed: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const missing = ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(errnoOf(cause) ?? '');
    const [line = ''] = messageOf(cause).split('\n');
    throw new MissingPackageError(
      missing && line.includes(name)
        ? `The queue needs the package ${name}: npm install ${needed}`
        : `The package ${name} is installed but cannot be loaded (${line.slice(0, 200)}): npm install ${needed}`,
      { cause },
    );
  }
}
