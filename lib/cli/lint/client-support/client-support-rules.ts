import { PRINTED } from '../../../core/templates/parsing/masked-source.js';
import type { LintFinding } from '../finding.js';
import type { LintedFile } from '../linted-file.js';
import type { ClientFeature } from './client-feature.js';
import type { FeatureUse } from './feature-use.js';
import { featureUses } from './feature-uses.js';
import { CLIENT_FEATURES } from './features/client-features.js';
import type { MailClient } from './mail-client.js';
import { ALL_MAIL_CLIENTS, MAIL_CLIENTS } from './mail-client.js';
import { PageUses } from './page-uses.js';

/** The set of rules, and what the names of its rules begin with. */
export const CLIENT_SUPPORT = 'client-support';

/** How much of what is written a message repeats. */
const LONGEST_QUOTE = 60;

/**
 * HTML and CSS that mail clients lack. What makes up for it is seen: a value declared before, `bgcolor`, an `<!--[if mso]>`
 * table, a media query, an element that Outlook on Windows does not get.
 *
 * @param clients whose readers matter
 */
export function clientSupportRules(
  file: LintedFile,
  clients: readonly MailClient[] = ALL_MAIL_CLIENTS,
): LintFinding[] {
  const page = new PageUses(file);
  return CLIENT_FEATURES.flatMap(feature => {
    const concerned = feature.lacking.filter(client => clients.includes(client));
    if (concerned.length === 0) return [];
    const found = featureUses(feature, page, file).flatMap(use => findingOf(file, feature, use, clients));
    const hints = found.filter(({ severity }) => severity === 'hint');
    const warnings = found.filter(({ severity }) => severity === 'warning');
    return [...warnings, ...(warnings.length > 0 ? [] : firstOf(hints))];
  });
}

/** What only looks plainer is told once in a file. */
function firstOf(hints: readonly LintFinding[]): LintFinding[] {
  const [first] = hints;
  if (!first) return [];
  const more = hints.length - 1;
  const others =
    more === 0 ? '' : ` The same is at ${more} more ${more === 1 ? 'place' : 'places'} of this file.`;
  return [{ ...first, message: `${first.message}${others}` }];
}

function findingOf(
  file: LintedFile,
  feature: ClientFeature,
  { at, written, lacking, addition }: FeatureUse,
  chosen: readonly MailClient[],
): LintFinding[] {
  const clients = ALL_MAIL_CLIENTS.filter(client => lacking.includes(client) && chosen.includes(client));
  if (clients.length === 0) return [];
  const names = new Intl.ListFormat('en', { type: 'conjunction' }).format(
    clients.map(client => MAIL_CLIENTS[client]),
  );
  const message = `${quoted(written)} is not supported by ${names}: ${feature.loses}. ${feature.instead}`;
  const severity = addition ? 'hint' : feature.severity;
  return [
    { ...file.at(at, `${CLIENT_SUPPORT}/${feature.id}`, severity, message), clients, source: feature.source },
  ];
}

/** In one line, and no longer than a line; what the template prints is left out. */
function quoted(written: string): string {
  const line = written
    .replaceAll(new RegExp(`${PRINTED}+`, 'g'), '…')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE)}…` : line;
}
