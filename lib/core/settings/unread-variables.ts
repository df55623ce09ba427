import { CANONICAL_SECTIONS } from './environment-overrides.js';

const MEANT = new RegExp(`^(?:${CANONICAL_SECTIONS.join('|')})([_:.-]+)(.+)$`, 'i');

/**
 * Says of the variables of an environment that look like settings and are not read, as `MailSettings_Host`, how they are
 * written. Shows no values.
 */
export function unreadVariables(env: NodeJS.ProcessEnv): string[] {
  return Object.keys(env).flatMap(name => {
    if (env[name] === undefined || isRead(name) || !MEANT.test(name)) return [];
    const right = name
      .split(/[:.-]+|__+/)
      .flatMap((level, index) => (index === 0 ? level.split(/_+/) : [level]))
      .filter(level => level !== '')
      .join('__');
    if (!right.includes('__'))
      return [`The environment variable ${name} is not read: it names no setting, as ${right}__Host does`];
    return [`The environment variable ${name} is not read; if it is meant as a setting, write ${right}`];
  });
}

/** What the loader takes for a setting. */
function isRead(name: string): boolean {
  const levels = name.split('__');
  return levels.length > 1 && !levels.includes('');
}
