import { afterEach, describe, expect, it } from '@jest/globals';
import { DirectoryFolder } from '../../../lib/core/templates/files/directory-folder.js';
import { readSamples } from '../../../lib/preview/workbench/template-samples.js';
import type { TemplateSamples } from '../../../lib/preview/workbench/template-samples.js';
import type { Files } from '../../core/templates/template-fixture.js';
import { TemplateFixture } from '../../core/templates/template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

const read = (files: Files): Promise<TemplateSamples> =>
  readSamples([new DirectoryFolder(fixture.directory(files).path)], 'welcome/samples');

describe('Samples of a template', () => {
  it('are contexts by name, in the order of the file; comments and trailing commas are fine', async () => {
    const { samples, problem } = await read({
      'welcome/samples.json':
        '\uFEFF{ // who\n "default": { "name": "Ann" }, "10 items": { "items": [1, 2,], }, }',
    });
    expect(problem).toBeUndefined();
    expect([...samples]).toEqual([
      ['default', { name: 'Ann' }],
      ['10 items', { items: [1, 2] }],
    ]);
  });

  it('come from the first directory that has some', async () => {
    const directories: Files[] = [
      {},
      { 'welcome/samples.json': '{ "one": {} }' },
      { 'welcome/samples.json': '{ "two": {} }' },
    ];
    const paths = directories.map(files => fixture.directory(files).path);
    const folders = paths.map(path => new DirectoryFolder(path));
    const { samples, file } = await readSamples(folders, 'welcome/samples');
    expect([...samples.keys()]).toEqual(['one']);
    expect(file).toBe(`${paths[1]}/welcome/samples.json`);
    expect(await readSamples(folders.slice(0, 1), 'welcome/samples')).toEqual({ samples: new Map() });
  });

  it.each([
    ['no JSON', '{\n  "default": { "name": Ann }\n}', 'is not valid JSON: invalid symbol', 2, 24],
    ['half of it', '{ "default": {', 'is not valid JSON: close brace expected', 1, 15],
    ['nothing', '', 'is not valid JSON: value expected', 1, 1],
    ['an array', '[{}]', 'must hold an object of samples', 1, 1],
    [
      'a sample that is no object',
      '{\n "default": {},\n "x": "y" }',
      'the sample "x", which is no object',
      3,
      7,
    ],
  ])('that are %s are a problem with line, column and excerpt', async (_kind, text, reason, line, column) => {
    const { samples, problem, file } = await read({ 'welcome/samples.json': text });
    expect(samples.size).toBe(0);
    expect(problem).toMatchObject({ kind: 'samples', file, line, column });
    expect(problem?.message).toContain(reason);
    expect(problem?.message).toContain(`(line ${line}, column ${column})`);
    expect(problem?.excerpt?.find(({ marked }) => marked)?.line).toBe(line);
  });
});
