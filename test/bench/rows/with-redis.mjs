import { group } from '../group.mjs';
import { NO_REDIS } from '../redis-server.mjs';

/**
 * Runs a row over the one Redis of the run, or says in the table why there is none.
 *
 * @param {import('../bench.mjs').Bench} bench the run
 * @param {string} id the row
 * @param {string} us with whom the others are compared
 * @param {(redis: import('../redis-server.mjs').RedisServer) => Promise<object[]>} measure the row
 * @returns {Promise<object[]>} its groups
 */
export async function withRedis(bench, id, us, measure) {
  const redis = await bench.redis();
  if (redis) return measure(redis);
  return [group({ id, title: NO_REDIS, unit: '', higherIsBetter: true, us, contestants: [] })];
}
