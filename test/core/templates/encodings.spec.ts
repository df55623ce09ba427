import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { readJsonSamples } from '../../../lib/core/templates/files/samples-json.js';
import { failure, TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

describe('A template that is not UTF-8', () => {
  it.each(['t/html.hbs', 't/subject.fr.hbs', 'layouts/page.html.hbs', 'partials/p.text.hbs'])(
    'stops the start and names the place: %s',
    async name => {
      const directory = fixture.directory({ 't/text.hbs': 'x' });
      const file = directory.write(name, '');
      writeFileSync(file, Buffer.from('one\nCaf\u00e9 {{x}}', 'latin1'));
      const error = await failure(fixture.create({ directories: [directory.path] }));
      expect(error).toMatchObject({ code: 'EMAILTEMPLATESYNTAX', file, line: 2, column: 4 });
      expect(error.message).toContain(`${file} is not UTF-8: at line 2, column 4 (octet 8)`);
    },
  );

  it('is named UTF-16 where it is', async () => {
    const directory = fixture.directory();
    writeFileSync(directory.write('t/text.hbs', ''), Buffer.from('\uFEFFHello', 'utf16le'));
    expect((await failure(fixture.create({ directories: [directory.path] }))).message).toContain('is UTF-16');
  });
});

describe('A language file that is not UTF-8', () => {
  it('stops the start and names the place', async () => {
    const directory = fixture.directory();
    const file = directory.write('languages/fr.json', '');
    writeFileSync(file, Buffer.from('{\n "footer": { "x": "r\u00e9" } }', 'latin1'));
    const error = await failure(fixture.create({ directories: [directory.path] }));
    expect(error).toMatchObject({ code: 'EMAILTEMPLATESYNTAX', file, line: 2, column: 21 });
    expect(error.message).toContain(`${file} is not UTF-8: at line 2, column 21`);
  });

  it('is named UTF-16 where it is', async () => {
    const directory = fixture.directory();
    writeFileSync(directory.write('languages/fr.json', ''), Buffer.from('\uFEFF{}', 'utf16le'));
    expect((await failure(fixture.create({ directories: [directory.path] }))).message).toContain('is UTF-16');
  });
});

describe('Samples that are not UTF-8', () => {
  it('are told by their place', () => {
    const directory = fixture.directory();
    const file = join(directory.path, 'samples.json');
    writeFileSync(file, Buffer.from('{\n "a": { "x": "\u00e9" } }', 'latin1'));
    const { samples, problems } = readJsonSamples(readFileSync(file));
    expect(samples).toEqual([]);
    expect(problems).toMatchObject([{ line: 2, column: 15 }]);
    expect(problems[0]?.reason).toContain('is not UTF-8');
  });
});
