import type { GreetingName, GreetingNameOrigin } from '../../core/settings/greeting-name.js';
import { isFullName } from '../../core/settings/greeting-name.js';
import type { DiagnosisStep } from './diagnosis-step.js';
import type { SmtpReply } from './smtp-probe.js';

/** Why a server does not go on after EHLO and HELO: its reply, that it has closed the connection, or that it is silent. */
export type IntroductionRefusal = SmtpReply | 'closed' | 'silent';

/**
 * What is to be said of the name by which this machine introduces itself to the server.
 *
 * @param refusal why the server does not go on; undefined when it does
 * @param named the name of a setting as the administrator wrote it
 */
export function nameStep(
  { name, origin }: GreetingName,
  refusal: IntroductionRefusal | undefined,
  named: (key: string) => string,
): DiagnosisStep {
  const said = `This machine greets servers as ${name} (${originWords(origin, named)})`;
  const advice = `Set ${named('LocalDomain')} to the full host name of this machine, as the DNS knows it`;
  const facts = { name, origin };
  if (refusal === 'silent')
    return { step: 'name', status: 'failed', message: `${said}; the server does not answer`, facts };
  if (refusal === 'closed')
    return {
      step: 'name',
      status: 'failed',
      message: `${said}; the server ends the connection`,
      advice,
      facts,
    };
  if (refusal) {
    const { code, lines } = refusal;
    const text = lines.join(' ');
    return {
      step: 'name',
      status: 'failed',
      message: `${said}; the server refuses it: ${code} ${text}`,
      advice,
      facts: { ...facts, code, text },
    };
  }
  if (isFullName(name)) return { step: 'name', status: 'ok', message: said, facts };
  const message = `${said}; strict servers refuse what is no host name with a dot, and spam filters count it`;
  return { step: 'name', status: 'warning', message, advice, facts };
}

function originWords(origin: GreetingNameOrigin, named: (key: string) => string): string {
  switch (origin) {
    case 'LocalDomain':
      return `the setting ${named('LocalDomain')}`;
    case 'smtp.name':
      return 'the option smtp.name';
    case 'hostname':
      return 'the host name of this machine';
    case 'FromAddress':
      return `the domain of ${named('FromAddress')}`;
    case 'address':
      return 'its own address of the connection';
  }
}
