import { afterEach, describe, expect, it } from '@jest/globals';
import { MailModule } from 'nest-mailroom';
import type { HealthApp } from '../support/health-app.js';
import { startHealthApp } from '../support/health-app.js';
import { rejection } from '../support/rejection.js';

let app: HealthApp | undefined;
afterEach(async () => app?.close());

describe('The options of the health indicator', () => {
  it.each<[unknown, string]>([
    [{ timeout: 500 }, 'timeout is not known; did you mean timeoutMs?'],
    [{ maxBacklogs: 5 }, 'maxBacklogs is not known; did you mean maxBacklog?'],
    [{ name: 'alerts' }, 'name is not known; known are mailer, tenant, registry, timeoutMs'],
    [{ mailer: 5 }, 'mailer must be a text that is not empty, but is 5'],
    [null, 'options must be an object, but is null'],
  ])('%p are refused in words', async (options, words) => {
    app = await startHealthApp(MailModule.forRoot({ Enabled: false }));
    const error = await rejection(app.indicator.isHealthy('mail', options as object));
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ message: expect.stringContaining(words) });
    expect(await app.indicator.isHealthy('mail', { timeoutMs: 500 })).toMatchObject({
      mail: { status: 'up' },
    });
  });
});
