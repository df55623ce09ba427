import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { clientSupportRules } from '../../../../lib/cli/lint/client-support/client-support-rules.js';
import { lintTemplates } from '../../../../lib/cli/lint/lint-templates.js';
import { LintedFile } from '../../../../lib/cli/lint/linted-file.js';
import { TemplateCatalog } from '../../../../lib/core/templates/files/template-catalog.js';
import { templateFolders } from '../../../../lib/core/templates/files/template-folders.js';

/** What the built-in mails do without: square corners, a little space, and blanks of a secret that are one. */
const GIVEN_UP = ['client-support/border-radius', 'client-support/padding', 'client-support/white-space'];

const files = TemplateCatalog.load(templateFolders(), undefined).files.filter(({ part }) => part === 'html');

describe('The built-in html parts', () => {
  it.each(files.map(file => [file.file.replace(/.*builtin./, ''), file] as const))(
    'need nothing in %s that mail clients lack',
    (_name, file) => {
      const found = clientSupportRules(new LintedFile(file));
      expect(found.filter(({ rule }) => !GIVEN_UP.includes(rule))).toEqual([]);
      expect(found.filter(({ severity }) => severity !== 'hint')).toEqual([]);
    },
  );
});

describe('The templates of the sample app', () => {
  it('need nothing that mail clients lack', async () => {
    const { findings } = await lintTemplates({
      directories: [join(process.cwd(), 'sample-app/server/templates')],
    });
    const support = findings.filter(({ rule }) => rule.startsWith('client-support/'));
    expect(support.filter(({ severity }) => severity !== 'hint')).toEqual([]);
  });
});
