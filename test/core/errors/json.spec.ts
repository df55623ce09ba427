import { expect, it } from '@jest/globals';
import { MailDeliveryError } from '../../../lib/core/errors/mail-delivery-error.js';

it('A JSON log shows the message of an error beside its data, and not its cause', () => {
  const error = new MailDeliveryError('EMAILCONNECT', 'No usable connection', {
    phase: 'connect',
    retryable: true,
    cause: new Error('inner'),
  });
  expect(JSON.parse(JSON.stringify(error))).toEqual({
    name: 'MailDeliveryError',
    message: 'No usable connection',
    code: 'EMAILCONNECT',
    phase: 'connect',
    retryable: true,
  });
});
