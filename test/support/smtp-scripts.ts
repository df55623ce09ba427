import type { Script } from './scripted-connection.js';

/** Greets and answers EHLO without any extension. */
export const GREETED: Script = [{ send: '220 hi\r\n' }, { expect: /^EHLO/, send: '250 hi\r\n' }];

/** Takes a message for two recipients as far as to the reply to DATA. */
export const TO_DATA: Script = [
  ...GREETED,
  { expect: /^MAIL FROM/, send: '250 ok\r\n' },
  { expect: /^RCPT TO/, send: '250 ok\r\n' },
  { expect: /^RCPT TO/, send: '250 ok\r\n' },
  { expect: 'DATA', send: '354 go\r\n' },
];
