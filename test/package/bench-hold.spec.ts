import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const FILE = pathToFileURL(join(import.meta.dirname, '..', 'bench', 'hold.mjs')).href;

interface Reach {
  of: string;
  against: string;
  words: string;
  least: number;
  cpuReached?: number;
  heldAt?: number;
  notHeld?: string;
}

interface Group {
  id: string;
  title: string;
  reaches: Reach[];
}

interface Hold {
  held(
    ids: string[],
    run: (ids: string[]) => Promise<Group[]>,
    tell: (line: string) => void,
  ): Promise<{ groups: Group[]; fallen: string[] }>;
}

/** Runs with these figures for each row, run by run, and notes which rows were run. */
async function holding(
  figures: Record<string, readonly (number | undefined)[]>,
  more: Partial<Reach> = {},
): Promise<{ ran: string[]; fallen: string[]; told: string[] }> {
  const { held } = (await import(FILE)) as Hold;
  const [ran, told]: string[][] = [[], []];
  const times = new Map<string, number>();
  const run = async (ids: string[]): Promise<Group[]> => {
    ran?.push(ids.join(','));
    return ids.map(id => {
      const time = times.get(id) ?? 0;
      times.set(id, time + 1);
      const cpuReached = figures[id]?.[time];
      const reach: Reach = { of: 'us', against: 'them', words: 'at least 2 times them', least: 2, ...more };
      return {
        id,
        title: `Title of run ${time}`,
        reaches: [{ ...reach, ...(cpuReached !== undefined && { cpuReached }) }],
      };
    });
  };
  const { fallen } = await held(Object.keys(figures), run, line => told?.push(line));
  return { ran: ran ?? [], fallen, told: told ?? [] };
}

describe('A short benchmark that holds the reaches', () => {
  it('runs once where all of them are reached by CPU time', async () => {
    expect(await holding({ A1: [2], B1: [2.5] })).toEqual({ ran: ['A1,B1'], fallen: [], told: [] });
  });

  it('runs the row of one that is below again, and only that, until two runs agree', async () => {
    const { ran, fallen, told } = await holding({ A1: [1.9, 2.1, 2.1], B1: [2.5] });
    expect(ran).toEqual(['A1,B1', 'A1', 'A1']);
    expect(fallen).toEqual([]);
    expect(told[0]).toContain('A1: at least 2 times them: 1.90 by CPU, wanted 2.00');
  });

  it.each([
    ['the first two', [1.9, 1.8]],
    ['the first and the last', [1.9, 2.1, 1.8]],
  ])('fails when one is below in two of three runs: %s', async (_which, figures) => {
    const { ran, fallen } = await holding({ A1: figures });
    expect(fallen).toEqual(['A1: at least 2 times them: 1.80 by CPU, wanted 2.00']);
    expect(ran).toHaveLength(figures.length);
  });

  it('asks for less of one whose CPU time differs from machine to machine, as its row says', async () => {
    expect(await holding({ A1: [1.6] }, { heldAt: 1.5 })).toEqual({ ran: ['A1'], fallen: [], told: [] });
    const { fallen } = await holding({ A1: [1.4, 1.3] }, { heldAt: 1.5 });
    expect(fallen).toEqual(['A1: at least 2 times them: 1.30 by CPU, wanted 1.50']);
  });

  it('does not judge what has no CPU time, nor what its row says to be out of reach', async () => {
    expect(await holding({ A1: [undefined] })).toMatchObject({ ran: ['A1'], fallen: [] });
    expect(await holding({ A1: [0.1] }, { notHeld: 'docs/performance.md' })).toMatchObject({
      ran: ['A1'],
      fallen: [],
    });
  });
});
