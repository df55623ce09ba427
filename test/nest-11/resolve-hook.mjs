import { PACKAGES } from './packages.mjs';

const HERE = new URL('package.json', import.meta.url).href;

/** Resolves the packages of Nest 11 as a module of this folder would, whoever imports them. */
export function resolve(specifier, context, next) {
  const swapped = PACKAGES.some(name => specifier === name || specifier.startsWith(`${name}/`));
  return next(specifier, swapped ? { ...context, parentURL: HERE } : context);
}
