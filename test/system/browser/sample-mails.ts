import type { MailService } from '../../../lib/core/mail/mail.service.js';

/** A picture of one octet's worth: a blue square. */
export const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPj/HwADBwIAMCbHYQAAAABJRU5ErkJggg==',
  'base64',
);

/** Sends mails as a small application would: some are dropped, one has attachments. */
export async function sendSampleMails(mail: MailService): Promise<void> {
  await mail.send({
    to: ['Ann Lee <ann@contoso.com>', 'Bob <bob@elsewhere.example>'],
    cc: 'audit@contoso.com',
    subject: 'The quarterly access review is ready',
    html: '<h1>Access review</h1><p>412 entitlements wait for you.</p><p><a href="https://identity.contoso.com/review/7">Open the review</a></p>',
    text: 'Access review\n\n412 entitlements wait for you: https://identity.contoso.com/review/7.',
    attachments: [
      { filename: 'review.csv', content: 'user;entitlement\nann;vpn\n', contentType: 'text/csv' },
      { filename: 'logo.png', content: PICTURE, contentType: 'image/png' },
    ],
  });
  await mail.send({
    to: 'carl@contoso.com',
    subject: 'Your badge has been printed',
    text: 'You can collect it at the front desk from 8 to 17.',
  });
  await mail.sendNotification({
    to: 'dana@contoso.com',
    title: 'Synchronisation finished with warnings',
    greeting: 'Hello Dana',
    severity: 'warning',
    lines: ['The connector “HR” has imported 1,204 records; 3 were left out.'],
    table: {
      columns: ['Record', 'Reason'],
      rows: [
        ['E-1044', 'no manager'],
        ['E-2210', 'two addresses'],
        ['E-3127', 'no contract'],
      ],
    },
    action: { label: 'Open the report', url: 'https://identity.contoso.com/jobs/981' },
  });
  await mail.sendResetPassword({
    to: 'Ann Lee <ann@contoso.com>',
    displayName: 'Ann',
    login: 'ann.lee',
    token: 'T0k3n-for-the-sample',
    culture: 'en',
  });
}
