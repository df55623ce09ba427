import { describe, expect, it } from '@jest/globals';
import type { ClientFeature } from '../../lib/cli/lint/client-support/client-feature.js';
import { CLIENT_FEATURES } from '../../lib/cli/lint/client-support/features/client-features.js';
import { ALL_MAIL_CLIENTS, MAIL_CLIENTS } from '../../lib/cli/lint/client-support/mail-client.js';
import { codeIn, firstColumn, tableBelow } from './markdown-table.js';

/** The cells of a feature, as the page shows them. */
function cellsOf({ id, severity, lacking, loses, instead, source, checked }: ClientFeature): string[] {
  const clients = ALL_MAIL_CLIENTS.filter(client => lacking.includes(client)).map(client => `\`${client}\``);
  return [
    `\`${id}\``,
    severity,
    clients.join(', '),
    escaped(loses),
    escaped(instead),
    `[${checked}](${source})`,
  ];
}

/** Markdown would take these for something else. */
function escaped(text: string): string {
  return text.replaceAll(
    /<[^>]*>|\{\{[^}]*\}\}|\bstyle="[^"]*"|\b[\w-]+="[^"]*"|#rrggbb/g,
    code => `\`${code}\``,
  );
}

describe('The page on the command line', () => {
  it('tells of each feature that mail clients lack what the rules know, in their order', () => {
    const rows = tableBelow('docs/cli.md', 'client-support', 1);
    expect(rows).toEqual(CLIENT_FEATURES.map(cellsOf));
  });

  it('tells which mail clients there are', () => {
    expect(firstColumn('docs/cli.md', 'client-support')).toEqual([...ALL_MAIL_CLIENTS]);
    const names = tableBelow('docs/cli.md', 'client-support').map(([, name]) => name);
    expect(names).toEqual(Object.values(MAIL_CLIENTS));
  });

  it('names the option that chooses among them', () => {
    const options = tableBelow('docs/cli.md', 'templates lint', 2).flatMap(([cell]) => codeIn(cell));
    expect(options).toContain('--clients NAME,...');
  });
});
