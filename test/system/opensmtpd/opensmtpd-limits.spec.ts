import { testMailLimit, testRecipientLimit, testSizeLimit } from '../mail-servers/limit-tests.js';
import { PrivateOpenSmtpd } from './private-opensmtpd.js';

testMailLimit('An OpenSMTPD that takes three mails of a connection (max-mails)', () =>
  PrivateOpenSmtpd.start({ lines: ['smtp limit max-mails 3'] }),
);
testRecipientLimit('An OpenSMTPD that takes three recipients of a mail (max-rcpt)', () =>
  PrivateOpenSmtpd.start({ lines: ['smtp limit max-rcpt 3'] }),
);
testSizeLimit('An OpenSMTPD that takes mails of 100 KB', () =>
  PrivateOpenSmtpd.start({ lines: ['smtp max-message-size 100K'] }),
);
