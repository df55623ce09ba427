import { testDelivery } from '../mail-servers/delivery-tests.js';
import { PrivateExim } from './private-exim.js';

testDelivery('Exim', () => PrivateExim.start(), {
  connection: /SMTP connection from \[127\.0\.0\.1\] \(TCP\/IP connection count/g,
  tls: true,
  smtpUtf8: true,
  foreign: { code: 550 },
});
