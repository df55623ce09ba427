import { createRequire } from 'node:module';

const { version } = createRequire(import.meta.url)('@nestjs/terminus/package.json') as { version: string };
const knowsDegraded = Number.parseInt(version, 10) >= 12;

/** What stands in a report of the `@nestjs/terminus` that is installed for a mailer that can send one way only. */
export const DEGRADED = knowsDegraded
  ? ({ status: 'degraded' } as const)
  : ({ status: 'up', degraded: true } as const);

/** What such a report says of the application. */
export const DEGRADED_APP = knowsDegraded ? 'degraded' : 'ok';
