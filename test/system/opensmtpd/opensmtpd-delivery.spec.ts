import { testDelivery } from '../mail-servers/delivery-tests.js';
import { PrivateOpenSmtpd } from './private-opensmtpd.js';

testDelivery('OpenSMTPD', () => PrivateOpenSmtpd.start(), {
  connection: /smtp connected address=127\.0\.0\.1/g,
  tls: false,
  smtpUtf8: false,
  foreign: { code: 550 },
});
