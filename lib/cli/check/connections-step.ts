import { connect, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { messageOf } from '../../core/errors/error-facts.js';
import { tlsMode } from '../../core/settings/tls-mode.js';
import type { SmtpCheckContext } from './smtp-check-context.js';
import { SmtpProbe } from './smtp-probe.js';
import { withinTime } from './within-time.js';

/** So many connections at once are asked for at most, whatever `MaxConnections` says. */
const MOST_CONNECTIONS = 10;
/** How long the server gets to greet them. */
const GREETING_MS = 2000;

/**
 * Finds out whether the server gives as many connections at a time as `MaxConnections` allows, while one is open. Says so
 * only when it does not: then mails wait for those that it gives.
 *
 * @param socket the connection that is open
 */
export async function askForConnections(context: SmtpCheckContext, socket: Socket): Promise<void> {
  const { settings, named, tell, probeSignal } = context;
  const wanted = Math.min(settings.maxConnections, MOST_CONNECTIONS);
  const { remoteAddress: address } = socket;
  if (wanted < 2 || address === undefined) return;
  const refusals = await withinTime(probeSignal, GREETING_MS, async limit => {
    const probes = Array.from(
      { length: wanted - 1 },
      () => new SmtpProbe(connect({ host: address, port: settings.port }), limit),
    );
    // All of them stay open until the last one has been answered: one that is closed makes room for another.
    const answers = await Promise.all(probes.map(probe => refusalOf(context, probe)));
    for (const probe of probes) probe.destroy();
    return answers;
  });
  const refused = refusals.filter(refusal => refusal !== undefined);
  const [reason] = refused;
  if (reason === undefined) return;
  const given = wanted - refused.length;
  tell({
    step: 'connections',
    status: 'warning',
    message: `The server gives this machine ${given === 1 ? 'one connection' : `${given} connections`} at a time, and ${named('MaxConnections')} is ${settings.maxConnections}: ${reason}`,
    advice: `Nothing is lost by it: mails wait for the connections that there are. Set ${named('MaxConnections')} to ${given}, or ask for more on the server`,
    facts: { given, wanted, maxConnections: settings.maxConnections },
  });
}

/** Why the server does not greet a further connection; undefined when it does. */
async function refusalOf(
  { settings, host, authorities }: SmtpCheckContext,
  probe: SmtpProbe,
): Promise<string | undefined> {
  try {
    if (tlsMode(settings.secureSocketOption, settings.port).implicit)
      await probe.secure(isIP(host) > 0 ? undefined : host, authorities);
    const { code, lines } = await probe.reply();
    return code === 220 ? undefined : `${code} ${lines.join(' ')}`;
  } catch (error) {
    return messageOf(error);
  }
}
