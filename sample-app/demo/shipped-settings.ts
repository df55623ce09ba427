import { dirname, resolve } from 'node:path';
import type { ResolvedMailSettings } from 'nest-mailroom';
import { appsettings, resolveMailSettings } from 'nest-mailroom';
import { AGENT_SETTINGS } from '../agent/agent.module.js';
import { RELAY_SETTINGS } from '../relay/relay.module.js';
import { SERVER_SETTINGS } from '../server/server.module.js';

const SHIPPED_HOST = 'smtp.contoso.example';

/** Whether the Server's settings, file and environment together, still name the host that they are shipped with. */
export function usesShippedHost(env: NodeJS.ProcessEnv): boolean {
  const { delivery, host } = resolved(SERVER_SETTINGS, 'MailSettings', env);
  return delivery === 'smtp' && host === SHIPPED_HOST;
}

/** Whether the Agent's settings still name the pickup directory that they are shipped with. */
export function usesShippedPickupDirectory(env: NodeJS.ProcessEnv): boolean {
  const { delivery, pickupDirectory } = resolved(AGENT_SETTINGS, 'PasswordResetSettings', env);
  return delivery === 'pickup' && pickupDirectory === resolve(dirname(AGENT_SETTINGS), 'pickup');
}

/** What the Relay's settings name: the host that they are shipped with, a mail server, or nothing that takes mail. */
export function relayHost(env: NodeJS.ProcessEnv): 'shipped' | 'real' | 'none' {
  // A relay needs no sender of its own, which settings are asked for when somebody sends.
  const sender = { MailSettings__FromAddress: 'no-reply@contoso.example' };
  const { delivery, host } = resolved(RELAY_SETTINGS, 'MailSettings', { ...sender, ...env });
  if (delivery !== 'smtp') return 'none';
  return host === SHIPPED_HOST ? 'shipped' : 'real';
}

function resolved(file: string, section: string, env: NodeJS.ProcessEnv): ResolvedMailSettings {
  const settings = appsettings(file, env)();
  // The section alone: the environment of the demo holds settings of both applications.
  return resolveMailSettings({ [section]: settings[section] });
}
