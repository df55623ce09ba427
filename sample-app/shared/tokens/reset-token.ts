/** What a reset token says. The Agent signs it, the Server checks it. */
export interface ResetTokenClaims {
  /** Login of the person. */
  readonly sub: string;
  /** Identifies this one token, so that it can be used once. */
  readonly jti: string;
  /** Seconds since 1970 when it was signed. */
  readonly iat: number;
  /** Seconds since 1970 from which it is no longer valid. */
  readonly exp: number;
}

/** Who signs reset tokens. */
export const RESET_TOKEN_ISSUER = 'contoso-agent';
/** What reset tokens are for: a token signed for something else does not open the reset page. */
export const RESET_TOKEN_AUDIENCE = 'contoso-password-reset';

/** Whether the payload of a token has all the claims of a reset token. */
export function isResetToken(payload: object): payload is ResetTokenClaims {
  return (
    'sub' in payload &&
    typeof payload.sub === 'string' &&
    'jti' in payload &&
    typeof payload.jti === 'string' &&
    'iat' in payload &&
    typeof payload.iat === 'number' &&
    'exp' in payload &&
    typeof payload.exp === 'number'
  );
}
