import type { Person } from '../../shared/directory/person.js';
import type { ResetTokenClaims } from '../../shared/tokens/reset-token.js';

/** Why a token does not open the reset page. */
export type TokenRefusal = 'expired' | 'used' | 'invalid';

/** What a token is worth. */
export type TokenCheck =
  | { readonly ok: true; readonly person: Person; readonly claims: ResetTokenClaims }
  | { readonly ok: false; readonly refusal: TokenRefusal };

/** What became of a new password. */
export type ResetResult =
  | { readonly done: true; readonly person: Person }
  | { readonly done: false; readonly refusal: TokenRefusal }
  | { readonly done: false; readonly problem: string };
