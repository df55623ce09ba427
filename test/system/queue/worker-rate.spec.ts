import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { QueueBench, settingsFor } from '../../support/queue-bench.js';

let bench: QueueBench;
beforeEach(async () => {
  bench = await QueueBench.start();
});
afterEach(() => bench.close());

describe('MaxMessagesPerSecond', () => {
  it('holds over all workers of a queue', async () => {
    const times: number[] = [];
    const server = await bench.serve({
      DOT: () => {
        times.push(performance.now());
        return undefined;
      },
    });
    await Promise.all(Array.from({ length: 40 }, (_, index) => bench.add({ id: `mail-${index}` })));
    const settings = settingsFor(server, { MaxMessagesPerSecond: 20 });
    const workers = [await bench.worker(settings), await bench.worker(settings)];
    const delivered = (): number => workers.reduce((sum, worker) => sum + worker.of('delivered').length, 0);
    while (delivered() < 40) await new Promise(resolve => setTimeout(resolve, 20));
    const [first = 0] = times;
    const last = times.at(-1) ?? 0;
    expect((last - first) / 1000).toBeGreaterThan(39 / 20 - 0.1);
    for (const time of times)
      expect(times.filter(other => other >= time && other < time + 1000).length).toBeLessThanOrEqual(22);
    for (const worker of workers) expect(worker.of('delivered').length).toBeGreaterThan(5);
  });
});
