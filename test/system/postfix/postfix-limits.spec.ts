import { testConnectionLimit, testRecipientLimit, testSizeLimit } from '../mail-servers/limit-tests.js';
import { PrivatePostfix } from './private-postfix.js';

// Postfix counts the connections of a client unless the client is one of its own networks.
const COUNTED = { smtpd_client_event_limit_exceptions: '' };

testConnectionLimit(
  'A Postfix that allows a client two connections (smtpd_client_connection_count_limit)',
  () => PrivatePostfix.start({ parameters: { ...COUNTED, smtpd_client_connection_count_limit: '2' } }),
  /Connection concurrency limit exceeded/,
);
testConnectionLimit(
  'A Postfix that serves two clients at a time and lets others wait for its greeting (default_process_limit)',
  () => PrivatePostfix.start({ parameters: { default_process_limit: '2' } }),
);
testRecipientLimit('A Postfix that takes three recipients of a mail (smtpd_recipient_limit)', () =>
  PrivatePostfix.start({ parameters: { smtpd_recipient_limit: '3' } }),
);
testSizeLimit('A Postfix that takes mails of 100 KB', () =>
  PrivatePostfix.start({ parameters: { message_size_limit: '102400' } }),
);
