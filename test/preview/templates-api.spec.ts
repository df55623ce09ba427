import { afterEach, describe, expect, it } from '@jest/globals';
import { WITH_KEY } from './http-request.js';
import type { TemplatesApp } from './templates-app.js';
import { startTemplatesApp, TEMPLATES } from './templates-app.js';

let app: TemplatesApp | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
});

async function start(files = TEMPLATES): Promise<TemplatesApp> {
  app = await startTemplatesApp(files);
  return app;
}

interface Answer {
  readonly status: number;
  readonly data: Record<string, unknown>;
}

async function get({ url }: TemplatesApp, path: string): Promise<Answer> {
  const response = await fetch(`${url}/api/templates${path}`, { headers: WITH_KEY });
  expect(response.headers.get('content-type')).toContain('application/json');
  return { status: response.status, data: (await response.json()) as Record<string, unknown> };
}

describe('The templates as JSON', () => {
  it('are all listed, with files, cultures and what is broken', async () => {
    const running = await start();
    running.directory.write('broken/html.en.hbs', '{{#if x}');
    const { status, data } = await get(running, '');
    expect(status).toBe(200);
    expect(data).toMatchObject({
      directories: [running.directory.path, expect.stringContaining('builtin')],
      layouts: [
        { name: 'layouts/page', owner: 'app' },
        { name: 'layouts/mail', owner: 'built-in' },
      ],
      problems: [{ code: 'EMAILTEMPLATESYNTAX', line: 1, column: 8 }],
    });
    expect(data['templates']).toContainEqual({
      name: 'order/shipped',
      owner: 'app',
      parts: ['subject', 'html'],
      cultures: ['en'],
      files: ['subject', 'html'].map(part => ({
        file: `${running.directory.path}/order/shipped/${part}.en.hbs`,
        part,
        culture: 'en',
        owner: 'app',
        hidden: false,
      })),
    });
  });

  it('are rendered with a sample in a culture, for tests', async () => {
    const { status, data } = await get(await start(), '/welcome?culture=fr&sample=long%20name');
    expect(status).toBe(200);
    expect(data).toMatchObject({
      name: 'welcome',
      culture: 'fr',
      sample: 'long name',
      samples: ['default', 'long name'],
      problems: [],
      rendered: { subject: 'Bienvenue Maximiliana', culture: 'fr', html: expect.stringContaining('Bonjour') },
    });
  });

  it('say with 422 why a mail would not be sent, and with 404 that there is no such template', async () => {
    const running = await start();
    const lacking = await get(running, '/order%2Fshipped');
    expect(lacking.status).toBe(422);
    expect(lacking.data).toMatchObject({
      rendered: null,
      problems: [
        { code: 'EMAILTEMPLATEVARIABLE', missing: 'id', part: 'subject', line: 1 },
        { code: 'EMAILTEMPLATEVARIABLE', missing: 'trackUrl', part: 'html', line: 2 },
      ],
    });
    const gone = await get(running, '/gone');
    expect(gone).toMatchObject({ status: 404, data: { problems: [{ code: 'EMAILTEMPLATENOTFOUND' }] } });
  });

  it('take variables in place of a sample', async () => {
    const context = encodeURIComponent('{ "id": 7, "trackUrl": "x" }');
    const { status, data } = await get(await start(), `/order%2Fshipped?context=${context}`);
    expect({ status, rendered: data['rendered'] }).toMatchObject({
      status: 200,
      rendered: { subject: 'Order 7' },
    });
  });
});

describe('The events of the preview', () => {
  it('tell of a changed template, sample and image, and end with the application', async () => {
    const running = await start();
    await get(running, '');
    const response = await fetch(`${running.url}/events`, { headers: WITH_KEY });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    if (!reader) throw new Error('no stream');
    const until = async (text: string): Promise<void> => {
      for (let seen = ''; !seen.includes(text);) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`The stream has ended without ${text}`);
        seen += value;
      }
    };
    await until('retry');
    for (const file of ['welcome/html.en.hbs', 'welcome/samples.json', 'welcome/logo.png']) {
      running.directory.write(file, '{}');
      await until('event: templates');
    }
    const closed = running.close();
    let last = await reader.read();
    while (!last.done) last = await reader.read();
    await closed;
    app = undefined;
    expect(last.done).toBe(true);
  });
});
