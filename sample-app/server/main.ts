import 'reflect-metadata';
import { ConfigService } from '@nestjs/config';
import { sentenceOf } from '../shared/failure.js';
import { createServer } from './create-server.js';
import { PublicAddress } from './notifications/public-address.js';

/** `node sample-app/dist/server/main.js`: the Server on its own. */
async function main(): Promise<void> {
  const server = await createServer();
  server.enableShutdownHooks();
  const config = server.get(ConfigService);
  await server.listen(
    Number(config.get('Server.Port') ?? 3000),
    String(config.get('Server.Host') ?? '127.0.0.1'),
  );
  console.log(`The Server listens on ${server.get(PublicAddress).uri}`);
}

main().catch((failure: unknown) => {
  console.error(sentenceOf(failure));
  process.exitCode = 1;
});
