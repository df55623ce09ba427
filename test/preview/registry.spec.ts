import { expect, it } from '@jest/globals';
import { MailerRegistry, MailModule } from 'nest-mailroom';
import { useMailBench } from '../support/mail-bench.js';
import { settingsFor } from '../support/registry-app.js';
import { WITH_KEY } from './http-request.js';
import { startPreviewApp } from './preview-app.js';

const bench = useMailBench();
const HELLO = { to: 'ann@contoso.com', template: 'hello', context: { name: 'Ann' } };

it('The preview shows the mails and templates of the mailers of a registry, as they come and go', async () => {
  const sink = await bench.sink();
  const folders = ['first', 'second'].map(words => {
    const folder = bench.folder();
    folder.write('hello/subject.hbs', `${words} {{name}}`);
    folder.write('hello/html.hbs', `<p>${words} {{name}}</p>`);
    folder.write('hello/samples.json', '{ "default": { "name": "Ann" } }');
    return folder.path;
  });
  const off = MailModule.forRoot({ enabled: false, fromAddress: 'a@contoso.com' });
  const preview = bench.closing(await startPreviewApp({ mail: [MailModule.registry(), off] }));
  const registry = preview.app.get(MailerRegistry);
  const open = (index: number) =>
    registry.open('acme/&"', settingsFor(sink), { templates: { directories: [folders[index] ?? ''] } });
  const page = async (path: string): Promise<string> =>
    (await fetch(`${preview.url}${path}`, { headers: WITH_KEY })).text();
  const subjectOf = async (): Promise<string> => {
    const [, subject = ''] =
      /(first|second) Ann/.exec(await page('/templates/hello?mailer=acme%2F%26%22')) ?? [];
    return subject;
  };

  await (await open(0)).send(HELLO);
  const mails = JSON.parse(await page('/api/messages')) as { mailer?: string; subject: string }[];
  expect(mails).toMatchObject([{ mailer: 'acme/&"', subject: 'first Ann' }]);
  expect(await page('/templates')).toContain('acme/&amp;&quot;');
  expect(await subjectOf()).toBe('first');
  await open(1);
  expect(await subjectOf()).toBe('second');
  await registry.close('acme/&"');
  expect(await page('/templates')).not.toContain('acme');
  expect(await page('/templates/hello?mailer=acme%2F%26%22')).toContain('There is no mailer');
});

it('Looking at pages does not count as use', async () => {
  const sink = await bench.sink();
  const off = MailModule.forRoot({ enabled: false, fromAddress: 'a@contoso.com' });
  const preview = bench.closing(await startPreviewApp({ mail: [MailModule.registry({ idleMs: 200 }), off] }));
  const registry = preview.app.get(MailerRegistry);
  await registry.open('acme', settingsFor(sink));
  while (registry.keys.length > 0)
    await (await fetch(`${preview.url}/templates`, { headers: WITH_KEY })).text();
  expect(await (await fetch(`${preview.url}/templates`, { headers: WITH_KEY })).text()).not.toContain('acme');
});
