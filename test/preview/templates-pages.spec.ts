import { Buffer } from 'node:buffer';
import { afterEach, describe, expect, it } from '@jest/globals';
import { simpleParser } from 'mailparser';
import type { MailModuleOptions } from 'nest-mailroom';
import { MailModule } from 'nest-mailroom';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { WITH_KEY } from './http-request.js';
import type { PreviewApp, PreviewAppOptions } from './preview-app.js';
import { startPreviewApp } from './preview-app.js';
import type { TemplatesApp } from './templates-app.js';
import { startTemplatesApp, TEMPLATES } from './templates-app.js';

const running: PreviewApp[] = [];
afterEach(async () => {
  for (const app of running.splice(0)) await app.close();
});

async function start(
  files = TEMPLATES,
  options: MailModuleOptions = {},
  framework: PreviewAppOptions['framework'] = 'Express',
): Promise<TemplatesApp> {
  const app = await startTemplatesApp(files, options, framework);
  running.push(app);
  return app;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

async function get({ url }: PreviewApp, path: string): Promise<Answer> {
  const response = await fetch(`${url}${path}`, { headers: WITH_KEY });
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    body: await response.text(),
  };
}

async function post({ url }: PreviewApp, path: string, fields: Record<string, string>): Promise<Answer> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: WITH_KEY,
    body: new URLSearchParams(fields),
  });
  return { status: response.status, type: '', body: wordsOf(await response.text()) };
}

/** The words of a page. */
function wordsOf(page: string): string {
  return page
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replace(/\s+/g, ' ');
}

/** The addresses of the links of a page, by their words. */
function linksOf(page: string): Map<string, string> {
  const links = [...page.matchAll(/<a\b[^>]*?href="([^"]*)"[^>]*>(.*?)<\/a\s*>/gs)];
  return new Map(
    links.map(([, to = '', words = '']) => [wordsOf(words).trim(), to.replaceAll('&amp;', '&')]),
  );
}

describe('The page of all templates', () => {
  it('lists the application’s own first, built-in ones apart, and what cannot be used', async () => {
    const app = await start({ ...TEMPLATES, 'welcome/body.en.hbs': 'x' });
    app.directory.write('broken/html.en.hbs', 'one\n{{#if x}');
    const { status, body } = await get(app, '/templates');
    expect(status).toBe(200);
    const words = wordsOf(body);
    expect(words).toMatch(
      /Templates 3 .*broken .*order\/shipped .*welcome .*Layouts 1 .*Partials 1 .*Built in 9 .*notification/,
    );
    expect(words).toMatch(/Files that cannot be used .*broken\/html\.en\.hbs, line 2, column 8/);
    expect(words).toMatch(/no part of a template and are ignored.*welcome\/body\.en\.hbs/);
  });

  it('is narrowed by words, and says when nothing fits', async () => {
    const app = await start();
    const list = async (filter: string): Promise<string> =>
      wordsOf(
        (await get(app, `/templates?q=${filter}`)).body
          .split('id="template-list"')[1]
          ?.split('class="content"')[0] ?? '',
      );
    const shipped = await list('SHIP');
    expect(shipped).toContain('order/shipped');
    expect(shipped).not.toContain('welcome');
    expect(await list('nothing-like-it')).toContain('No template fits “nothing-like-it”');
  });

  it('says how to begin where there is no template yet', async () => {
    const app = await start({});
    const words = wordsOf((await get(app, '/templates')).body);
    expect(words).toContain('No template of your own yet');
    expect(words).toContain(`${app.directory.path}/welcome/subject.en.hbs`);
    expect(words).toContain('notification');
  });
});

describe('The page of a template', () => {
  it('keeps template, culture, sample and tab in its address', async () => {
    const app = await start();
    const path = '/templates/welcome?culture=fr&sample=long+name&tab=text';
    const { body } = await get(app, path);
    expect(wordsOf(body)).toContain('Bonjour Maximiliana');
    const links = linksOf(body);
    expect(links.get('en')).toBe('/mail/templates/welcome?culture=en&sample=long+name&tab=text');
    expect(links.get('default')).toBe('/mail/templates/welcome?culture=fr&sample=default&tab=text');
    expect(links.get('HTML')).toBe('/mail/templates/welcome?culture=fr&sample=long+name');
    expect(links.get('Headers')).toBe('/mail/templates/welcome?culture=fr&sample=long+name&tab=headers');
    expect(links.get('order/shipped subject, html · en')).toBe(
      '/mail/templates/order%2Fshipped?culture=fr&tab=text',
    );
  });

  it('shows the HTML in a frame in which nothing runs, in light and in dark colours, with its size', async () => {
    const app = await start();
    const page = await get(app, '/templates/welcome');
    expect(page.body).toMatch(/<iframe\s[^>]*sandbox="[^"]*"/);
    expect(page.body).not.toMatch(/sandbox="[^"]*allow-(?:scripts|same-origin)/);
    expect(wordsOf(page.body)).toMatch(/0\.\d KB of HTML/);
    const light = await fetch(`${app.url}/templates/welcome/html`, { headers: WITH_KEY });
    expect(light.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await light.text()).toContain('<h1>Hello Ann</h1>');
    const dark = await get(app, '/templates/welcome/html?scheme=dark');
    expect(dark.body).not.toContain('prefers-color-scheme');
  });

  it('warns of HTML that Gmail clips', async () => {
    const app = await start({ ...TEMPLATES, 'welcome/html.en.hbs': `<p>${'x'.repeat(102 * 1024)}</p>` });
    expect(wordsOf((await get(app, '/templates/welcome')).body)).toContain('more than 102 KB: Gmail clips');
    expect(wordsOf((await get(app, '/templates/welcome?culture=fr')).body)).not.toContain('Gmail');
  });

  it('shows text, sources with numbered lines, and headers as they are composed', async () => {
    const app = await start();
    const text = wordsOf((await get(app, '/templates/welcome?tab=text')).body);
    expect(text).toContain('this one is made from the HTML');
    expect(text).toContain('Hello Ann');
    const source = await get(app, '/templates/welcome?tab=source');
    expect(source.body).toMatch(/data-line="2"\s*>&lt;h1&gt;Hello \{\{name\}\}&lt;\/h1&gt;</);
    expect(source.body).toContain('&lt;h1&gt;Hello Ann&lt;/h1&gt;');
    expect(wordsOf(source.body)).toContain(`${app.directory.path}/welcome/html.en.hbs`);
    expect(linksOf(source.body).get('layouts/page')).toBe('/mail/templates/layouts%2Fpage?tab=source');
    const headers = wordsOf((await get(app, '/templates/welcome?tab=headers')).body);
    expect(headers).toContain('Subject Welcome Ann');
    expect(headers).toContain('Auto-Submitted auto-generated');
    expect(headers).toContain('X-Auto-Response-Suppress DR, RN, NRN, OOF, AutoReply');
    expect(headers).toContain('Content-Language en');
    expect(headers).toMatch(/From .*no-reply@contoso\.com/);
  });

  it('tells of every missing variable with its line, shows the rest with stand-ins, and offers a form', async () => {
    const app = await start();
    const { status, body } = await get(app, '/templates/order%2Fshipped');
    expect(status).toBe(200);
    const words = wordsOf(body);
    expect(words).toMatch(
      /This mail would not be sent .*id is missing; the subject uses it.*trackUrl is missing/,
    );
    expect(words).toContain(`${app.directory.path}/order/shipped/html.en.hbs, line 2, column 3`);
    expect(words).toContain('{ "id": "[id]", "trackUrl": "https://example.com/trackUrl" }');
    expect(words).toContain('Save them as order/shipped/samples.json');
    expect((await get(app, '/templates/order%2Fshipped/html')).body).toContain(
      'https://example.com/trackUrl',
    );
    const context = encodeURIComponent('{ "id": 7, "trackUrl": "x" }');
    const typed = wordsOf((await get(app, `/templates/order%2Fshipped?context=${context}`)).body);
    expect(typed).toContain('Order 7');
    expect(typed).not.toContain('would not be sent');
  });

  it.each([
    ['{ "id": ', 'is no JSON'],
    ['[1]', 'is no object'],
  ])('says what is wrong with variables that were typed in: %s', async (context, reason) => {
    const app = await start();
    const { status, body } = await get(app, `/templates/welcome?context=${encodeURIComponent(context)}`);
    expect(status).toBe(200);
    expect(wordsOf(body)).toContain(`What was typed in as variables ${reason}`);
  });

  it('says which cultures exist when another one is asked for', async () => {
    const app = await start();
    const german = wordsOf((await get(app, '/templates/welcome?culture=de')).body);
    expect(german).toContain('There is no template "welcome" in de; it exists in en and fr.');
    expect(german).toContain('Welcome Ann');
    const none = await get(app, `/templates/welcome?culture=${encodeURIComponent('<b>x</b>')}`);
    expect(none.status).toBe(200);
    expect(none.body).not.toContain('<b>x</b>');
    expect(wordsOf(none.body)).toContain('is no culture');
  });

  it('says what is wrong with samples, and goes on', async () => {
    const app = await start({ ...TEMPLATES, 'welcome/samples.json': '{\n "default": nothing }' });
    const words = wordsOf((await get(app, '/templates/welcome')).body);
    expect(words).toMatch(/samples\.json is not valid JSON: .* \(line 2, column 13\)/);
    expect(wordsOf((await get(app, '/templates/reset-password')).body)).not.toContain('would not be sent');
  });

  it('shows layouts around a placeholder, and of a partial its source and who uses it', async () => {
    const app = await start();
    expect((await get(app, '/templates/layouts%2Fpage/html')).body).toContain(
      'The content of a mail stands here.',
    );
    const partial = await get(app, '/templates/partials%2Fsign');
    expect(wordsOf(partial.body)).toContain(
      '<p>Yours, {{by}}</p>'.replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    );
    expect(linksOf(partial.body).get('welcome')).toBe('/mail/templates/welcome');
  });

  it('is found by names with folders on Fastify, too', async () => {
    const app = await start(TEMPLATES, {}, 'Fastify');
    const page = await get(app, '/templates/order%2Fshipped');
    expect({ status: page.status, names: wordsOf(page.body).includes('trackUrl is missing') }).toEqual({
      status: 200,
      names: true,
    });
    const sent = await post(app, '/templates/welcome/send', { to: 'me@contoso.com' });
    expect(sent.body).toContain('accepted it for me@contoso.com');
  });

  it('answers what does not exist with 404, whatever the name', async () => {
    const app = await start();
    for (const name of [
      'gone',
      '..%2F..%2Fetc%2Fpasswd',
      'layouts%2Fgone',
      'partials%2Fgone',
      '%3Cscript%3E',
    ]) {
      const { status, body } = await get(app, `/templates/${name}`);
      expect({ name, status }).toEqual({ name, status: 404 });
      expect(body).not.toContain('<script>');
    }
    expect((await get(app, '/templates?mailer=gone')).status).toBe(404);
  });

  it('gives an .eml that mail programs open', async () => {
    const app = await start();
    const response = await fetch(`${app.url}/templates/welcome/eml?culture=fr`, { headers: WITH_KEY });
    expect(response.headers.get('content-disposition')).toContain('filename="welcome.fr.eml"');
    const mail = await simpleParser(Buffer.from(await response.arrayBuffer()));
    expect(mail.subject).toBe('Bienvenue Ann');
    expect(mail.html).toContain('<h1>Bonjour Ann</h1>');
    expect(mail.to).toMatchObject({ text: 'recipient@example.com' });
    expect(mail.from).toMatchObject({ text: '"Contoso" <no-reply@contoso.com>' });
    expect((await get(app, '/templates/order%2Fshipped/eml')).status).toBe(404);
  });
});

describe('“Send me this”', () => {
  it('sends through the mailer of the application, and says what became of it', async () => {
    const app = await start();
    const { body } = await post(app, '/templates/welcome/send', {
      to: 'me@contoso.com',
      culture: 'fr',
      sample: 'long name',
    });
    expect(body).toContain('The mail server has accepted it for me@contoso.com');
    expect(app.sink.messages).toHaveLength(1);
    const [message] = app.sink.messages;
    expect(message?.envelope.to).toEqual(['me@contoso.com']);
    expect(message?.raw.toString()).toContain('Subject: Bienvenue Maximiliana');
  });

  it('says why it was not sent', async () => {
    const app = await start();
    const wrong = await post(app, '/templates/welcome/send', { to: 'no address' });
    expect(wrong.body).toContain('It was not sent. EMAILADDRESS');
    const lacking = await post(app, '/templates/order%2Fshipped/send', { to: 'me@contoso.com' });
    expect(lacking.body).toContain('It was not sent. EMAILTEMPLATEVARIABLE');
    const typed = await post(app, '/templates/welcome/send', { to: 'me@contoso.com', context: '{' });
    expect(typed.body).toContain('It was not sent. What was typed in as variables is no JSON');
    const sample = await post(app, '/templates/welcome/send', { to: 'me@contoso.com', sample: 'gone' });
    expect(sample.body).toContain('It was not sent. There is no sample "gone"');
    expect(app.sink.messages).toEqual([]);
  });

  it('says whom the recipient policy has dropped', async () => {
    const directory = temporaryDirectory();
    directory.write('t/subject.hbs', 's');
    directory.write('t/text.hbs', 't');
    const app = await startPreviewApp({
      mail: MailModule.forRoot(
        { enabled: false, fromAddress: 'a@contoso.com' },
        { templates: { directories: [directory.path] } },
      ),
    });
    running.push(app);
    const { body } = await post(app, '/templates/t/send', { to: 'me@contoso.com' });
    expect(body).toContain('It was not sent to anybody. me@contoso.com was dropped (disabled)');
    directory.remove();
  });

  it('is refused to the pages of others', async () => {
    const app = await start();
    const response = await fetch(`${app.url}/templates/welcome/send`, {
      method: 'POST',
      body: new URLSearchParams({ to: 'me@contoso.com' }),
      headers: { ...WITH_KEY, Origin: 'https://evil.example' },
    });
    expect(response.status).toBe(403);
    expect(app.sink.messages).toEqual([]);
  });
});

describe('With several mailers', () => {
  it('each shows its own templates and brand', async () => {
    const directories = ['one', 'two'].map(name => {
      const directory = temporaryDirectory();
      directory.write(`${name}/subject.hbs`, `{{@brand.applicationName}} ${name}`);
      directory.write(`${name}/text.hbs`, 'text');
      return directory;
    });
    const settings = { enabled: false, fromAddress: 'a@contoso.com' };
    const [first, second] = directories.map(({ path }) => ({ directories: [path] }));
    const app = await startPreviewApp({
      mail: [
        MailModule.forRoot(settings, { templates: first, brand: { applicationName: 'First' } }),
        MailModule.forRoot(settings, {
          name: 'second',
          templates: second,
          brand: { applicationName: 'Second' },
        }),
      ],
    });
    running.push(app);
    expect(wordsOf((await get(app, '/templates/one')).body)).toContain('First one');
    const other = await get(app, '/templates/two?mailer=second');
    expect(wordsOf(other.body)).toContain('Second two');
    expect(linksOf(other.body).get('default mailer')).toBe('/mail/templates?mailer=');
    expect((await get(app, '/templates/two')).status).toBe(404);
    for (const directory of directories) directory.remove();
  });
});
