import { describe, expect, it } from '@jest/globals';
import { MAIL_ERROR_CODES } from '../../lib/core/errors/mail-error-code.js';
import { BASE_FIELDS, CONTENT_FIELDS } from '../../lib/core/message/message-fields.js';
import { OAUTH2_KEYS } from '../../lib/core/settings/oauth2/oauth2-keys.js';
import { SETTING_KEYS } from '../../lib/core/settings/setting-table.js';
import { ResolvedBrand } from '../../lib/core/templates/mail-brand.js';
import { codeIn, firstColumn, tableBelow } from './markdown-table.js';
import { page } from './pages.js';

describe('The README', () => {
  const readme = page('README.md').text;

  it('opens with the two commands that do all the set-up', () => {
    const start = readme.slice(0, 2500);
    expect(start).toContain('npm ci && npm run demo');
    expect(start).toContain('npm ci && npm test');
  });

  it('has at most 250 lines', () => {
    expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(250);
  });

  it('says why each dependency is there', () => {
    const manifest = JSON.parse(page('package.json').text) as { dependencies: Record<string, string> };
    const justified = [
      ...(/^Runtime dependencies: [^]*?\n\n/m.exec(readme)?.[0] ?? '').matchAll(/\*\*(.+?)\*\*/g),
    ];
    expect(justified.map(([, name]) => name)).toEqual(
      expect.arrayContaining(Object.keys(manifest.dependencies)),
    );
  });
});

describe('The page on errors', () => {
  it('lists every error code, and no other', () => {
    expect(firstColumn('docs/errors.md', 'Codes').toSorted()).toEqual(
      Object.keys(MAIL_ERROR_CODES).toSorted(),
    );
  });

  it('says of each error code what the code says', () => {
    for (const [code, meaning] of Object.entries(MAIL_ERROR_CODES))
      expect(page('docs/errors.md').text.replace(/ +/g, ' ')).toContain(`| \`${code}\` | ${meaning} |`);
  });
});

describe('The page on settings', () => {
  it('lists every mail setting, and no other', () => {
    expect(firstColumn('docs/settings.md', 'Settings').toSorted()).toEqual([...SETTING_KEYS].toSorted());
  });
});

describe('The section on tokens', () => {
  it('lists every key of OAuth2, in the order of the code, and no other', () => {
    expect(firstColumn('docs/settings.md', 'Signing in with a token')).toEqual([...OAUTH2_KEYS]);
  });
});

describe('The page on messages', () => {
  it('lists every field that a message may have, and no other', () => {
    const fields = tableBelow('docs/messages.md', 'Fields of a message').flatMap(([cell]) => codeIn(cell));
    expect(fields.toSorted()).toEqual([...BASE_FIELDS, ...CONTENT_FIELDS].toSorted());
  });
});

describe('The page on templates', () => {
  it('gives the colours of the brand as they are', () => {
    const rows = tableBelow('docs/templates.md', 'Brand', 1).map(row => row.slice(0, 2).flatMap(codeIn));
    expect(Object.fromEntries(rows)).toEqual(new ResolvedBrand().in().colors);
  });

  it('gives the width of the logo as it is', () => {
    const row = tableBelow('docs/templates.md', 'Brand').find(([name]) => name === '`logoWidth`');
    expect(codeIn(row?.[1])).toEqual([String(new ResolvedBrand().in().logoWidth)]);
  });
});

describe('The API reference', () => {
  it('covers every entry point of the package', () => {
    const { exports } = JSON.parse(page('package.json').text) as { exports: Record<string, unknown> };
    const { entryPoints } = JSON.parse(page('typedoc.json').text) as { entryPoints: string[] };
    const sources = Object.keys(exports)
      .filter(name => !name.endsWith('.json'))
      .map(name => `lib/${name.slice(2)}/index.ts`.replace('//', '/'));
    expect(entryPoints.toSorted()).toEqual(sources.toSorted());
  });
});
