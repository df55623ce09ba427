import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as api from 'nest-mailroom';

it('The package exports exactly these values', () => {
  expect(Object.keys(api).toSorted()).toEqual([
    'InjectMail',
    'MAIL_ERROR_CODES',
    'MailDelivery',
    'MailDeliveryError',
    'MailError',
    'MailHook',
    'MailMessageError',
    'MailModule',
    'MailService',
    'MailSettingsError',
    'MailTemplateError',
    'MailVeto',
    'TemplateRenderer',
    'appsettings',
    'mailServiceToken',
    'resolveMailSettings',
  ]);
});

it('The four errors are children of MailError', () => {
  for (const error of [
    api.MailSettingsError,
    api.MailTemplateError,
    api.MailMessageError,
    api.MailDeliveryError,
  ]) {
    expect(error.prototype).toBeInstanceOf(api.MailError);
  }
});

it('Every exported symbol has a doc comment', () => {
  const barrel = readFileSync(join(process.cwd(), 'lib/index.ts'), 'utf8');
  const exported = [...barrel.matchAll(/export (?:type )?\{([^}]+)\} from '\.\/([^']+)\.js'/g)];
  const undocumented = exported.flatMap(([, names = '', file = '']) => {
    const source = readFileSync(join(process.cwd(), 'lib', `${file}.ts`), 'utf8');
    return names
      .split(',')
      .map(name => name.trim())
      .filter(name => name !== '')
      .filter(
        name =>
          !new RegExp(
            `\\*/\\n(?:@\\w+\\([^\\n]*\\)\\n|//[^\\n]*\\n)*export (?:abstract )?(?:class|function|interface|type|const) ${name}\\b`,
          ).test(source),
      );
  });
  expect(exported.length).toBeGreaterThan(20);
  expect(undocumented).toEqual([]);
});
