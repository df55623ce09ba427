import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appsettings } from '../../../lib/core/settings/appsettings.js';
import { resolveMailSettings } from '../../../lib/core/settings/resolve-mail-settings.js';
import type { ResolvedMailSettings } from '../../../lib/core/settings/resolved-mail-settings.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

// As the document prints them; only "..." is removed.
const SERVER = `
{

  "MailSettings": {
    "Host": "smtp.contoso.com",
    "FromAddress": "no-reply@contoso.com"
  }
}

`;
const AGENT = `
"MailSettings": {
    "FromAddress": "no-reply@contoso.com",
    "Host":"smtp.contoso.com",
    "Port":993,
    "Username": "contosousercube",
    "Password": "secret"
  }

`;
const AGENT_PICKUP = `
"MailSettings": {
    "FromAddress": "no-reply@contoso.com",
    "UseSpecifiedPickupDirectory": true,
    "PickupDirectory": "C:/Temp/identitymanagerContosoPickup",
  }

`;

const EXAMPLES: readonly [name: string, printed: string, expected: Partial<ResolvedMailSettings>][] = [
  [
    'the Server with an external SMTP server',
    SERVER,
    { delivery: 'smtp', host: 'smtp.contoso.com', port: 25, fromAddress: 'no-reply@contoso.com' },
  ],
  [
    'the Agent with a login',
    AGENT,
    {
      delivery: 'smtp',
      host: 'smtp.contoso.com',
      port: 993,
      username: 'contosousercube',
      password: 'secret',
    },
  ],
  [
    'the Agent with a pickup directory',
    AGENT_PICKUP,
    {
      delivery: 'pickup',
      fromAddress: 'no-reply@contoso.com',
      pickupDirectory: 'C:/Temp/identitymanagerContosoPickup',
      useSpecifiedPickupDirectory: true,
    },
  ],
];

describe('the examples of the seed document', () => {
  let directory: TemporaryDirectory;
  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => directory.remove());

  it.each(EXAMPLES)('work as printed, for %s', (_name, printed, expected) => {
    const loaded = appsettings(directory.write('appsettings.json', printed), {})();
    expect(resolveMailSettings(loaded)).toMatchObject(expected);
  });

  it.each(EXAMPLES)('work as the body of a whole file, for %s', (_name, printed, expected) => {
    const whole = printed.trim().startsWith('{') ? printed : `{ ${printed} }`;
    const loaded = appsettings(directory.write('appsettings.json', whole), {})();
    expect(resolveMailSettings(loaded)).toMatchObject(expected);
  });

  it.each(EXAMPLES)('work as their section alone, for %s', (_name, printed, expected) => {
    const loaded = appsettings(directory.write('appsettings.json', printed), {})();
    expect(resolveMailSettings(Object(loaded['MailSettings']))).toMatchObject(expected);
  });

  it('work with a UserName as the document’s prose spells it', () => {
    const loaded = appsettings(
      directory.write('appsettings.json', AGENT.replace('"Username"', '"UserName"')),
      {},
    )();
    expect(resolveMailSettings(loaded).username).toBe('contosousercube');
  });
});
