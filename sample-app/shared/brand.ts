import type { MailBrand } from 'nest-mailroom';

/** How the mails of both applications look. */
export const BRAND: MailBrand = {
  applicationName: 'Contoso Identity',
  colors: { primary: '#0f5c6e' },
};
