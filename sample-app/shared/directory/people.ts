import type { Person } from './person.js';

/** The organisation of the sample. The domain is a reserved one (RFC 2606), so a real server reaches nobody by mistake. */
export const PEOPLE: readonly Person[] = [
  { login: 'ann', displayName: 'Ann Miller', mail: 'ann.miller@contoso.example', language: 'en' },
  { login: 'bruno', displayName: 'Bruno Lefèvre', mail: 'bruno.lefevre@contoso.example', language: 'fr' },
  {
    login: 'chloe',
    displayName: 'Chloé Tremblay',
    mail: 'chloe.tremblay@contoso.example',
    language: 'fr-CA',
  },
  { login: 'dieter', displayName: 'Dieter Vogel', mail: 'dieter.vogel@contoso.example', language: 'de' },
];
