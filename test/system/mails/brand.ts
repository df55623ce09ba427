import { join } from 'node:path';
import type { MailBrand } from '../../../lib/core/templates/mail-brand.js';

/** A brand as an application gives it, with all that adds something to its mails. */
export const BRAND: MailBrand = {
  applicationName: 'Contoso Identity',
  applicationUri: 'https://identity.contoso.com',
  logo: join(import.meta.dirname, 'logo.png'),
  footer: {
    en: 'Contoso Ltd, 1 Example Street, Dublin\nYou get this mail because you have an account of Contoso Identity.',
    fr: 'Contoso SARL, 1 rue de l’Exemple, 75001 Paris\nVous recevez ce message parce que vous avez un compte Contoso Identity.',
  },
  supportUrl: 'https://identity.contoso.com/help',
  supportAddress: 'help@contoso.com',
};
