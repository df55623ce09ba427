import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import { errnoOf } from '../errors/error-facts.js';
import { addressesOf, connectToEach } from './address-probe.js';
import type { SmtpScene } from './smtp-scene.js';

/** Finds the server's addresses and connects. Resolves with a connection to the first address that takes one. */
export async function reachServer(scene: SmtpScene): Promise<Socket | undefined> {
  const { named } = scene;
  const host = scene.host;
  let addresses: string[];
  try {
    addresses = await addressesOf(host, scene.patience);
  } catch (error) {
    const code = errnoOf(error);
    await scene.tell({
      step: 'dns',
      status: 'failed',
      message:
        code === 'ENOTFOUND'
          ? `There is no host ${host}`
          : `The addresses of ${host} cannot be found (${code ?? 'no answer in time'})`,
      advice: `Check the spelling of ${named('Host')}, and that this machine's name server knows it`,
      facts: { host, ...(code !== undefined && { code }) },
    });
    return undefined;
  }
  const isAddress = isIP(host) > 0;
  await scene.tell({
    step: 'dns',
    status: isAddress ? 'skipped' : 'ok',
    message: isAddress ? `${host} is an address` : `${host} is ${addresses.join(', ')}`,
    facts: { host, addresses },
  });
  return connectTo(scene, addresses);
}

async function connectTo(scene: SmtpScene, addresses: readonly string[]): Promise<Socket | undefined> {
  const { named } = scene;
  const { port } = scene.settings;
  const { attempts, socket } = await connectToEach(addresses, port, scene.patience);
  const failed = attempts.filter(({ failure }) => failure !== undefined);
  const words = failed.map(({ address, failure = '' }) => `${address}: ${failure}`).join('; ');
  const reached = attempts.filter(({ failure }) => failure === undefined).map(({ address }) => address);
  await scene.tell({
    step: 'connect',
    status: !socket ? 'failed' : failed.length > 0 ? 'warning' : 'ok',
    message: !socket
      ? `No connection to port ${port} (${words})`
      : `Port ${port} is open at ${reached.join(', ')}${words === '' ? '' : `, but not everywhere (${words})`}`,
    ...(!socket && {
      advice: `Check ${named('Host')} and ${named('Port')}, that the mail server runs, and that no firewall stands between`,
    }),
    ...(socket &&
      words !== '' && {
        advice: 'Mend that address, or take it out of the name server: tries of it cost time',
      }),
    facts: { port, attempts },
  });
  return socket;
}
