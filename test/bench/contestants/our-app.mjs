import { importBuilt, importFromRoot } from '../root-packages.mjs';

/**
 * A Nest application context with the built package.
 *
 * @param {object} settings mail settings
 * @param {object} options options of the module
 * @returns {Promise<OurApp>} the running application
 *
 * @typedef {object} OurApp
 * @property {import('@nestjs/common').INestApplicationContext} app
 * @property {import('../../../lib/index.js').MailService} mail
 * @property {import('../../../lib/index.js').TemplateRenderer} renderer
 */
export async function openOurApp(settings, options) {
  await importFromRoot('reflect-metadata');
  const { NestFactory } = await importFromRoot('@nestjs/core');
  const { MailModule, MailService, TemplateRenderer } = await importBuilt('index.js');
  const app = await NestFactory.createApplicationContext(
    { module: class App {}, imports: [MailModule.forRoot(settings, options)] },
    { logger: false },
  );
  return { app, mail: app.get(MailService), renderer: app.get(TemplateRenderer, { strict: false }) };
}
