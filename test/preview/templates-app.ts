import type { MailModuleOptions } from 'nest-mailroom';
import { MailModule } from 'nest-mailroom';
import { MailSink } from '../support/mail-sink.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import type { PreviewApp, PreviewAppOptions } from './preview-app.js';
import { startPreviewApp } from './preview-app.js';

/** Templates of a small application: samples, a layout, a partial, two cultures. */
export const TEMPLATES: Readonly<Record<string, string>> = {
  'welcome/subject.en.hbs': 'Welcome {{name}}',
  'welcome/subject.fr.hbs': 'Bienvenue {{name}}',
  'welcome/html.en.hbs':
    '{{#> layouts/page}}\n<h1>Hello {{name}}</h1>\n{{> sign by="Contoso"}}\n{{/layouts/page}}',
  'welcome/html.fr.hbs': '{{#> layouts/page}}\n<h1>Bonjour {{name}}</h1>\n{{/layouts/page}}',
  'welcome/samples.json': '{ "default": { "name": "Ann" }, "long name": { "name": "Maximiliana" } }',
  'order/shipped/subject.en.hbs': 'Order {{id}}',
  'order/shipped/html.en.hbs': '<p>On its way:\n{{trackUrl}}</p>',
  'layouts/page.html.hbs':
    '<html><head><style>body { color: black } @media (prefers-color-scheme: dark) { body { color: white } }</style></head><body>{{> @partial-block}}</body></html>',
  'partials/sign.html.hbs': '<p>Yours, {{by}}</p>',
};

/** A running application with a preview of these templates, and a server that gets what it sends. */
export interface TemplatesApp extends PreviewApp {
  readonly sink: MailSink;
  readonly directory: TemporaryDirectory;
}

/** Starts an application over templates, by their paths; all that it began ends with it. */
export async function startTemplatesApp(
  files: Readonly<Record<string, string>> = TEMPLATES,
  options: MailModuleOptions = {},
  framework: PreviewAppOptions['framework'] = 'Express',
): Promise<TemplatesApp> {
  const directory = temporaryDirectory();
  for (const [name, content] of Object.entries(files)) directory.write(name, content);
  const sink = await MailSink.start();
  const settings = { host: sink.host, port: sink.port, fromAddress: 'Contoso <no-reply@contoso.com>' };
  const { templates, ...others } = options;
  const clean = async (): Promise<void> => {
    await sink.close();
    directory.remove();
  };
  const app = await startPreviewApp({
    framework,
    mail: MailModule.forRoot(settings, {
      ...others,
      templates: { directories: [directory.path], ...templates },
    }),
  }).catch(async (error: unknown) => {
    await clean();
    throw error;
  });
  return {
    ...app,
    sink,
    directory,
    close: async () => {
      await app.close();
      await clean();
    },
  };
}
