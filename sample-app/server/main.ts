import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { ConfigService } from '@nestjs/config';
import { sentenceOf } from '../shared/failure.js';
import { createServer } from './create-server.js';
import { PublicAddress } from './notifications/public-address.js';
import { PREVIEW_KEY } from './server.module.js';

/** `node sample-app/dist/server/main.js`: the Server on its own. */
async function main(): Promise<void> {
  const key = randomBytes(24).toString('base64url');
  const server = await createServer({ [PREVIEW_KEY]: key, ...process.env });
  server.enableShutdownHooks();
  const config = server.get(ConfigService);
  await server.listen(
    Number(config.get('Server.Port') ?? 3000),
    String(config.get('Server.Host') ?? '127.0.0.1'),
  );
  const { uri } = server.get(PublicAddress);
  console.log(`The Server listens on ${uri}`);
  // Whoever has set a key knows it, and in production there is no preview.
  if (process.env['NODE_ENV'] !== 'production' && process.env[PREVIEW_KEY] === undefined)
    console.log(`Its mails and templates, to be looked at: ${uri}/mail?key=${key}`);
}

main().catch((failure: unknown) => {
  console.error(sentenceOf(failure));
  process.exitCode = 1;
});
