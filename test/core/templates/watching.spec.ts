import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { HandlebarsTemplateRenderer } from '../../../lib/core/templates/rendering/handlebars-template-renderer.js';
import { TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

const files = { 't/subject.hbs': 's', 't/text.hbs': '{{> p}} one', 'partials/p.text.hbs': 'p' };

/** Waits until a log line comes; the time limit of the test ends the waiting. */
async function logged(pattern: RegExp): Promise<string> {
  for (;;) {
    const index = fixture.lines.findIndex(line => pattern.test(line));
    if (index >= 0) return fixture.lines.splice(index, 1)[0] ?? '';
    await delay(10);
  }
}

/** Waits until the template reads so; the time limit of the test ends the waiting. */
async function untilText(renderer: HandlebarsTemplateRenderer, text: string): Promise<void> {
  while ((await textOf(renderer)) !== text) await delay(10);
}

const textOf = async (renderer: HandlebarsTemplateRenderer): Promise<string> =>
  (await renderer.render('t', {})).text;

describe('Watching templates', () => {
  it('reloads a changed file, a changed partial and a new template', async () => {
    const directory = fixture.directory(files);
    const renderer = await fixture.create({ directories: [directory.path], watch: true });
    expect(await textOf(renderer)).toBe('p one');
    directory.write('t/text.hbs', '{{> p}} two');
    await untilText(renderer, 'p two');
    expect(await logged(/^log .*reloaded/)).toContain('Mail templates reloaded');
    directory.write('partials/p.text.hbs', 'q');
    await untilText(renderer, 'q two');
    expect(await logged(/^log .*reloaded/)).toContain('Mail templates reloaded');
    directory.write('new/subject.hbs', 'new');
    directory.write('new/text.hbs', 'new');
    while (!renderer.templates.includes('new')) await delay(10);
    expect((await renderer.render('new', {})).text).toBe('new');
  });

  it('keeps the last good state after a syntax error, says where it is, and goes on when it is gone', async () => {
    const directory = fixture.directory(files);
    const renderer = await fixture.create({ directories: [directory.path], watch: true });
    const file = directory.write('t/text.hbs', 'a\n{{#if x}}');
    const line = await logged(/^error /);
    expect(line).toContain('last good state');
    expect(line).toContain(`${file} is no valid template at line 2, column 10`);
    expect(await textOf(renderer)).toBe('p one');
    directory.write('t/text.hbs', 'three');
    await untilText(renderer, 'three');
    expect(await logged(/^log .*reloaded/)).toContain('Mail templates reloaded');
  });

  it('ends with close()', async () => {
    const directory = fixture.directory(files);
    const closed = await fixture.create({ directories: [directory.path], watch: true });
    const open = await fixture.create({ directories: [directory.path], watch: true });
    await closed.close();
    await closed.close();
    directory.write('t/text.hbs', 'two');
    await untilText(open, 'two');
    await delay(300);
    expect(await textOf(closed)).toBe('p one');
  });

  it('is not done unless the option says so', async () => {
    const directory = fixture.directory(files);
    const still = await fixture.create({ directories: [directory.path] });
    const watching = await fixture.create({ directories: [directory.path], watch: true });
    directory.write('t/text.hbs', 'two');
    await untilText(watching, 'two');
    expect(await textOf(still)).toBe('p one');
  });
});
