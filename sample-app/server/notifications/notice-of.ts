import type { MailOutcome } from './mail-outcome.js';
import type { Notice } from './notices.js';

/** What a click that sent mails came to. It says "sent" of nothing else. */
export function noticeOf(outcomes: readonly MailOutcome[]): Notice {
  if (outcomes.length === 0) return { text: 'There was nobody to mail.', failed: false };
  const sent = outcomes.filter(({ status }) => status === 'accepted').flatMap(({ accepted }) => accepted);
  const others = outcomes.filter(({ status }) => status !== 'accepted').map(sentenceOf);
  return {
    text: [...(sent.length > 0 ? [`Mail sent to ${sent.join(', ')}.`] : []), ...others].join(' '),
    failed: outcomes.some(({ status }) => status === 'failed'),
  };
}

function sentenceOf({ person, status, accepted, dropped, problem = '' }: MailOutcome): string {
  switch (status) {
    case 'failed':
      return `The mail for ${person} was not sent: ${problem}`;
    case 'suppressed': {
      const rules = [...new Set(dropped.map(({ rule }) => rule))].join(', ');
      return `No mail was sent to ${person}: the settings keep it back${rules === '' ? '' : ` (${rules})`}.`;
    }
    default:
      return `Mail for ${accepted.join(', ')} ${status}.`;
  }
}
