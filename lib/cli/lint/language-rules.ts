import type { LintFinding } from './finding.js';
import { fileFinding } from './finding.js';
import type { LintScope } from './lint-scope.js';

/** Words that a language of the application lacks: where they stand, mails are half in another language. */
export function languageRules({ catalog }: LintScope): LintFinding[] {
  return catalog.languages
    .lacking()
    .map(({ file, missing, of }) =>
      fileFinding(
        file,
        'missing-words',
        'warning',
        `This language lacks ${missing.length} of ${of} words, which mails show in another language: ${missing.join(', ')}.`,
      ),
    );
}
