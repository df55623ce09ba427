import {
  testConnectionLimit,
  testMailLimit,
  testRecipientLimit,
  testSizeLimit,
} from '../mail-servers/limit-tests.js';
import { PrivateExim } from './private-exim.js';

testConnectionLimit(
  'An Exim that allows two connections of a host (smtp_accept_max_per_host)',
  () => PrivateExim.start({ options: { smtp_accept_max_per_host: '2' } }),
  /refused: too many connections from that IP address/,
);
testConnectionLimit(
  'An Exim that allows two connections in all (smtp_accept_max)',
  () => PrivateExim.start({ options: { smtp_accept_max: '2' } }),
  /refused: too many connections/,
);
testMailLimit('An Exim that takes three mails of a connection (smtp_accept_max_per_connection)', () =>
  PrivateExim.start({ options: { smtp_accept_max_per_connection: '3' } }),
);
testRecipientLimit(
  'An Exim that takes three recipients of a mail and answers others with 452 (recipients_max)',
  () => PrivateExim.start({ options: { recipients_max: '3' } }),
);
testRecipientLimit(
  'An Exim that answers others with 552 and then takes no mail (recipients_max_reject)',
  () => PrivateExim.start({ options: { recipients_max: '3', recipients_max_reject: 'true' } }),
);
testSizeLimit('An Exim that takes mails of 100 KB', () =>
  PrivateExim.start({ options: { message_size_limit: '100K' } }),
);
