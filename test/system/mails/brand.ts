import type { MailBrand } from '../../../lib/core/templates/mail-brand.js';

/** A brand as an application gives it, with all that adds something to its mails. */
export const BRAND: MailBrand = {
  applicationName: 'Contoso Identity',
  applicationUri: 'https://identity.contoso.com',
};
