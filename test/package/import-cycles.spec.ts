import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { importsBelow } from './source-files.js';

it('No file of lib/ imports itself over others, not even for types', () => {
  const graph = new Map<string, string[]>();
  for (const { from, target } of importsBelow(join(process.cwd(), 'lib'))) {
    if (target !== undefined) graph.set(from, [...(graph.get(from) ?? []), target]);
  }
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' → '));
    else if (!done.has(file)) {
      for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
      done.add(file);
    }
  };
  for (const file of graph.keys()) visit(file, []);
  expect(graph.size).toBeGreaterThan(30);
  expect(cycles).toEqual([]);
});
