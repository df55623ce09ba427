/** What the parts of a sign-in by a token are called where they were given: messages name what can be changed. */
export interface TokenNames {
  /** Where they stand, in words that follow a name. */
  readonly owner: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
  readonly scope: string;
  /** Whatever decides which endpoint is asked. */
  readonly endpoints: readonly string[];
  readonly mailbox: string;
}

/** The setting `OAuth2`. */
export const NAMES_IN_SETTINGS: TokenNames = {
  owner: 'of the setting OAuth2',
  clientId: 'ClientId',
  clientSecret: 'ClientSecret',
  refreshToken: 'RefreshToken',
  scope: 'Scope',
  endpoints: ['TenantId', 'TokenEndpoint'],
  mailbox: 'Username',
};

/** The option `smtp.auth`. */
export const NAMES_IN_CODE: TokenNames = {
  owner: 'of smtp.auth',
  clientId: 'clientId',
  clientSecret: 'clientSecret',
  refreshToken: 'refreshToken',
  scope: 'scope',
  endpoints: ['accessUrl'],
  mailbox: 'user',
};
