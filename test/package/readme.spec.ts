import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { MAIL_ERROR_CODES } from '../../lib/core/errors/mail-error-code.js';
import { SETTING_KEYS } from '../../lib/core/settings/setting-table.js';

const readme = readFileSync(join(process.cwd(), 'README.md'), 'utf8');

/** The first column of the table below a heading, without code marks. */
function firstColumn(heading: string): string[] {
  const section = readme.split(new RegExp(`^#+ ${heading}$`, 'm'))[1]?.split(/^#+ /m)[0] ?? '';
  const table = /(?:^\|.*\n)+/m.exec(section)?.[0] ?? '';
  const rows = table.split('\n').filter(line => line.startsWith('| '));
  return rows
    .slice(2)
    .flatMap(row => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(match => match[1] ?? ''));
}

describe('The README', () => {
  it('opens with the two commands that do all the set-up', () => {
    const start = readme.slice(0, 2500);
    expect(start).toContain('npm ci && npm run demo');
    expect(start).toContain('npm ci && npm test');
  });

  it('lists every error code, and no other', () => {
    expect(firstColumn('Errors').toSorted()).toEqual(Object.keys(MAIL_ERROR_CODES).toSorted());
  });

  it('says of each error code what the code says', () => {
    for (const [code, meaning] of Object.entries(MAIL_ERROR_CODES))
      expect(readme.replace(/ +/g, ' ')).toContain(`| \`${code}\` | ${meaning} |`);
  });

  it('lists every mail setting, and no other', () => {
    expect(firstColumn('Settings').toSorted()).toEqual([...SETTING_KEYS].toSorted());
  });

  it('links to no file that is not there', () => {
    const links = [...readme.matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)/g)].map(match => match[1] ?? '');
    expect(links.filter(link => !existsSync(join(process.cwd(), link)))).toEqual([]);
  });
});
