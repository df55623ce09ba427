/** Our own sink in a process of its own. Says `{ port }` when it listens; asked anything, it answers `{ count }`. */
import { startSinkServer } from './sink-server.mjs';

const { port, count } = await startSinkServer();
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit());
process.on('message', () => process.send({ count: count() }));
process.send({ port });
