import type { ClientBase } from 'pg';
import type { PostgresSchema } from './postgres-schema.js';

interface Durability {
  readonly fsync: string;
  readonly fullPageWrites: string;
  readonly synchronousCommit: string;
  readonly recovering: boolean;
  readonly persistence: string | null;
}

/** Sentences on how a server keeps the mails of a queue, where that is less well than it could. */
export async function durabilityWarnings(client: ClientBase, schema: PostgresSchema): Promise<string[]> {
  const { rows } = await client.query<Durability>(
    `SELECT pg_catalog.current_setting('fsync') AS fsync,
       pg_catalog.current_setting('full_page_writes') AS "fullPageWrites",
       pg_catalog.current_setting('synchronous_commit') AS "synchronousCommit",
       pg_catalog.pg_is_in_recovery() AS recovering,
       (SELECT relpersistence FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass($1)) AS persistence`,
    [`${schema.quoted}.job`],
  );
  const [found] = rows;
  if (!found) return [];
  const { fsync, fullPageWrites, synchronousCommit, recovering, persistence } = found;
  return [
    ...(fsync === 'off'
      ? [
          'PostgreSQL runs with fsync=off: mails that were queued are lost, or all of its data, when its machine fails.',
        ]
      : []),
    ...(fullPageWrites === 'off'
      ? ['PostgreSQL runs with full_page_writes=off: its data may be damaged when its machine fails.']
      : []),
    ...(synchronousCommit === 'off'
      ? [
          'PostgreSQL runs with synchronous_commit=off: mails of the last moments are lost, and others delivered twice, when it crashes.',
        ]
      : []),
    ...(recovering ? ['PostgreSQL is a standby, and read-only: connect to the primary.'] : []),
    ...(persistence === 'u'
      ? [`The tables in schema ${schema.quoted} are UNLOGGED: PostgreSQL empties them after a crash.`]
      : []),
    ...(schema.outdated
      ? [
          `The schema ${schema.quoted} is older than this version of BullMQ, and the account may not change it: run ` +
            '"npx nest-mailroom queue status" once as an account that may.',
        ]
      : []),
  ];
}
