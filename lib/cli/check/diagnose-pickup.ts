import { userInfo } from 'node:os';
import { pickupBacklog } from '../../core/delivery/pickup/pickup-backlog.js';
import type { PickupDirectoryFacts } from '../../core/delivery/pickup/pickup-probe.js';
import { pickupDirectoryFacts, probePickupDirectory } from '../../core/delivery/pickup/pickup-probe.js';
import { messageOf } from '../../core/errors/error-facts.js';
import { MailDeliveryError } from '../../core/errors/mail-delivery-error.js';
import type { ResolvedMailSettings } from '../../core/settings/resolved-mail-settings.js';
import { applicationVerdict } from './application-verdict.js';
import type { DiagnosisOptions, DiagnosisStep } from './diagnosis-step.js';

/** A mail that has waited longer is taken for one that nothing delivers, as the health indicator does. */
const LONGEST_WAIT_MS = 900_000;
/** Room for a few mails with attachments. */
const LITTLE_BYTES = 100_000_000;

/**
 * Diagnoses a pickup directory: whether mails can be written there, and whether something takes them out.
 *
 * @returns why mails cannot leave; undefined when they can
 */
export async function diagnosePickup(
  settings: ResolvedMailSettings,
  { signal, named, onStep }: DiagnosisOptions,
): Promise<MailDeliveryError | undefined> {
  const directory = settings.pickupDirectory ?? '';
  const user = processUser();
  const { verdict } = await applicationVerdict(settings, signal);
  const facts = await pickupDirectoryFacts(directory).catch(() => undefined);
  if (signal.aborted) return verdict;
  if (verdict) {
    const message = verdict.message.replace(/^PickupDirectory: |\.$/g, '');
    onStep({
      step: 'directory',
      status: 'failed',
      message: `${message}; this process runs as ${user}${ownerWords(facts)}`,
      advice: /\((?:EACCES|EPERM)\)/.test(message)
        ? `Give ${user} the right to enter the folders above it, and to read, write and enter the folder itself, or change ${named('PickupDirectory')}`
        : `Check ${named('PickupDirectory')}; the folder is never created, as its access rights are for you to decide`,
      facts: { directory, user, ...facts },
    });
    return verdict;
  }
  const problem = await probePickupDirectory(directory);
  if (problem) {
    onStep({
      step: 'directory',
      status: 'failed',
      message: `${problem.failure}; this process runs as ${user}${ownerWords(facts)}`,
      advice: sentence(problem.advice),
      facts: { directory, user, ...facts },
    });
    return new MailDeliveryError('EMAILWRITE', `${problem.failure}.`, { phase: 'write', retryable: false });
  }
  onStep({
    step: 'directory',
    status: 'ok',
    message: `${user} can write, rename and remove files in ${directory}`,
    facts: { directory, user, ...facts },
  });
  if (facts?.freeBytes !== undefined) onStep(spaceStep(facts.freeBytes));
  await waiting(directory, facts, { signal, onStep });
  return undefined;
}

function spaceStep(freeBytes: number): DiagnosisStep {
  const scarce = freeBytes < LITTLE_BYTES;
  return {
    step: 'space',
    status: scarce ? 'warning' : 'ok',
    message: `${(freeBytes / 1e9).toFixed(freeBytes < 1e9 ? 3 : 1)} GB are free there`,
    ...(scarce && { advice: 'Make room before mails can no longer be written' }),
    facts: { freeBytes },
  };
}

async function waiting(
  directory: string,
  facts: PickupDirectoryFacts | undefined,
  { signal, onStep }: Pick<DiagnosisOptions, 'signal' | 'onStep'>,
): Promise<void> {
  const relay = facts?.relay ?? false;
  try {
    const { count, oldestAgeMs = 0, deferred = 0 } = await pickupBacklog(directory, signal);
    const stuck = oldestAgeMs > LONGEST_WAIT_MS;
    const later = deferred === 0 ? '' : `; ${deferred} more are to be tried again later`;
    const oldest = count === 0 ? '' : `, the oldest for ${duration(oldestAgeMs)}`;
    onStep({
      step: 'waiting',
      status: stuck ? 'warning' : 'ok',
      message: `${count === 1 ? '1 mail waits' : `${count === 0 ? 'No' : count} mails wait`} there${oldest}${later}${relay ? '; a relay of this package works there' : ''}`,
      ...(stuck && {
        advice:
          'Nobody seems to empty the folder: check that the local SMTP server or the relay (nest-mailroom relay) runs and may read it',
      }),
      facts: { count, oldestAgeMs: count === 0 ? undefined : oldestAgeMs, deferred, relay },
    });
  } catch (error) {
    if (signal.aborted) return;
    onStep({
      step: 'waiting',
      status: 'warning',
      message: `The mails there cannot be counted: ${messageOf(error)}`,
    });
  }
}

function ownerWords(facts: PickupDirectoryFacts | undefined): string {
  return facts
    ? `, and the folder belongs to user ${facts.owner}, group ${facts.group}, mode ${facts.mode}`
    : '';
}

/** The user of this process, by name where it has one. */
function processUser(): string {
  const id = process.geteuid?.();
  try {
    const { username, uid } = userInfo();
    return uid < 0 ? username : `${username} (${id ?? uid})`;
  } catch {
    return `user ${id}`;
  }
}

function duration(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 120) return minutes === 1 ? '1 minute' : `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
