import { once } from 'node:events';
import { createServer } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { PublicAddress } from '../server/notifications/public-address.js';

/** Lets the Server listen on the port of its settings, or on any free one when that is taken; returns its address. */
export async function listen(server: INestApplication): Promise<string> {
  const config = server.get(ConfigService);
  const host = String(config.get('Server.Host') ?? '127.0.0.1');
  const port = Number(config.get('Server.Port') ?? 0);
  // Looking first keeps Nest from logging an error for a port that merely is in use.
  const wanted = (await isFree(port, host)) ? port : 0;
  try {
    await server.listen(wanted, host);
  } catch (error) {
    if (wanted === 0) throw error;
    await server.listen(0, host);
  }
  return server.get(PublicAddress).uri;
}

async function isFree(port: number, host: string): Promise<boolean> {
  const probe = createServer();
  try {
    await once(probe.listen(port, host), 'listening');
    return true;
  } catch {
    return false;
  } finally {
    probe.close();
  }
}
