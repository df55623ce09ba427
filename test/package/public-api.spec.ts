import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from '@jest/globals';
import * as api from 'nest-mailroom';
import * as health from 'nest-mailroom/health';
import * as preview from 'nest-mailroom/preview';
import * as relay from 'nest-mailroom/relay';
import * as testing from 'nest-mailroom/testing';

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
    'MailRegistryError',
    'MailService',
    'MailSettingsError',
    'MailTemplateError',
    'MailVeto',
    'MailerRegistry',
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

it('The subpath relay exports exactly these values', () => {
  expect(Object.keys(relay).toSorted()).toEqual(['MailRelay', 'MailRelayModule']);
});

it('The subpath health exports exactly these values', () => {
  expect(Object.keys(health)).toEqual(['MailHealthIndicator']);
});

it('The subpath testing exports exactly these values', () => {
  expect(Object.keys(testing).toSorted()).toEqual(['MailTestingModule', 'Mailbox']);
});

it('The subpath preview exports exactly these values', () => {
  expect(Object.keys(preview)).toEqual(['MailPreviewModule']);
});

it.each(['index.ts', 'relay/index.ts', 'health/index.ts', 'testing/index.ts', 'preview/index.ts'])(
  'Every symbol that %s exports has a doc comment',
  entry => {
    const barrel = readFileSync(join(process.cwd(), 'lib', entry), 'utf8');
    const exported = [...barrel.matchAll(/export (?:type )?\{([^}]+)\} from '\.\/([^']+)\.js'/g)];
    const undocumented = exported.flatMap(([, names = '', file = '']) => {
      const source = readFileSync(join(process.cwd(), 'lib', dirname(entry), `${file}.ts`), 'utf8');
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
    expect(exported.length).toBeGreaterThan(1);
    expect(undocumented).toEqual([]);
  },
);
