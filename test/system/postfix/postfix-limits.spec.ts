import { testConnectionLimit, testRecipientLimit } from '../mail-servers/limit-tests.js';
import { PrivatePostfix } from './private-postfix.js';

// Postfix counts the connections of a client unless the client is one of its own networks.
const COUNTED = { smtpd_client_event_limit_exceptions: '' };

testConnectionLimit(
  'A Postfix that allows a client two connections (smtpd_client_connection_count_limit)',
  () => PrivatePostfix.start({ parameters: { ...COUNTED, smtpd_client_connection_count_limit: '2' } }),
  /Connection concurrency limit exceeded/,
);
testRecipientLimit('A Postfix that takes three recipients of a mail (smtpd_recipient_limit)', () =>
  PrivatePostfix.start({ parameters: { smtpd_recipient_limit: '3' } }),
);
