import { describe, expect, it } from '@jest/globals';
import type { DiagnosisStep } from '../../../lib/cli/check/diagnosis-step.js';
import { tokenStep } from '../../../lib/cli/check/token-step.js';
import { resolveMailSettings } from '../../../lib/core/settings/resolve-mail-settings.js';

const settings = resolveMailSettings({
  Host: 'mail.contoso.com',
  FromAddress: 'a@contoso.com',
  Username: 'a@contoso.com',
  OAuth2: { TokenEndpoint: 'https://login.contoso.com/token', ClientId: 'app', ClientSecret: 'secret' },
});

/** The step for a token that ends so many seconds from now, by its claim. */
function stepFor(end: number, expiresIn?: number): DiagnosisStep | undefined {
  const claims = { exp: Math.floor(Date.now() / 1000) + end };
  return tokenStep(settings, { by: 'token', claims, ...(expiresIn !== undefined && { expiresIn }) });
}

describe('The step token of a check', () => {
  it.each<[number, number | undefined]>([
    [3600, 3600],
    [3599, 3400],
    [3600, undefined],
    [-60, undefined],
  ])('is ok for a token that ends in %i s and was given for %s s', (end, expiresIn) => {
    expect(stepFor(end, expiresIn)).toMatchObject({ status: 'ok' });
  });

  it.each<[number, number | undefined, string]>([
    [-1800, 1800, '60 min ahead of'],
    [0, 3600, '60 min ahead of'],
    [7200, 3600, '60 min behind'],
    [-3600, undefined, '60 min ahead of'],
  ])('warns of the clock for a token that ends in %i s and was given for %s s', (end, expiresIn, words) => {
    expect(stepFor(end, expiresIn)).toMatchObject({
      status: 'warning',
      advice: expect.stringContaining(`the clock of this machine is ${words} that of the endpoint`),
    });
  });
});
