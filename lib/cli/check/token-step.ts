import type { SignInFacts, TokenFacts } from '../../core/delivery/smtp/login/sign-in-facts.js';
import { withoutQuery } from '../../core/redaction/without-query.js';
import type { ResolvedMailSettings } from '../../core/settings/resolved-mail-settings.js';
import type { DiagnosisStep } from './diagnosis-step.js';

/** What Exchange Online wants of a token: for whom it is, and what the application, or the user, has been granted. */
const EXCHANGE = {
  host: /^(?:smtp\.office365\.com|smtp-mail\.outlook\.com)\.?$/i,
  aud: [
    'https://outlook.office365.com',
    'https://outlook.office.com',
    '00000002-0000-0ff1-ce00-000000000000',
  ],
  role: 'SMTP.SendAsApp',
  scope: 'SMTP.Send',
};

/** Seconds by which what a token and its endpoint say of its end may differ. */
const USUAL_DIFFERENCE = 300;

/**
 * What is to be said of the access token that the module's own check has asked for. The token itself is never told.
 *
 * @param signIn what the module's check has told of its sign-in; undefined when it has not come so far
 * @returns undefined where nobody signs in by a token
 */
export function tokenStep(
  settings: ResolvedMailSettings,
  signIn: SignInFacts | undefined,
): DiagnosisStep | undefined {
  const { oAuth2 } = settings;
  if (!oAuth2) return undefined;
  const { grantType, clientId, scope } = oAuth2;
  const tokenEndpoint = withoutQuery(oAuth2.tokenEndpoint);
  const facts = {
    grantType,
    tokenEndpoint,
    ...(clientId !== undefined && { clientId }),
    ...(scope !== undefined && { scope }),
  };
  if (signIn?.by === 'token' && signIn.problem !== undefined)
    return { step: 'token', status: 'failed', message: `No access token: ${signIn.problem}`, facts };
  if (signIn?.by === 'token') return given(settings, { ...signIn, ...facts });
  return {
    step: 'token',
    status: 'skipped',
    message: `No access token was asked for at ${tokenEndpoint}, as the connection, or what the server offers, was not fit for it`,
    facts,
  };
}

function given(settings: ResolvedMailSettings, signIn: TokenFacts): DiagnosisStep {
  const { by: _by, ...facts } = signIn;
  const { grantType, tokenEndpoint, clientId, claims } = facts;
  const advice = adviceFor(settings, signIn);
  const who = clientId === undefined ? '' : ` for ${clientId}`;
  const words = claims === undefined ? 'it is no JWT, so that nothing can be told of it' : claimWords(claims);
  return {
    step: 'token',
    status: advice === undefined ? 'ok' : 'warning',
    message: `${tokenEndpoint} gives an access token by ${grantType}${who}${lifeWords(facts)}: ${words}`,
    ...(advice !== undefined && { advice }),
    facts,
  };
}

function lifeWords({ expiresIn }: Pick<TokenFacts, 'expiresIn'>): string {
  return expiresIn === undefined ? '' : `, for ${Math.round(expiresIn)} s`;
}

function claimWords(claims: NonNullable<TokenFacts['claims']>): string {
  const said = Object.entries(claims).filter(([, value]) => typeof value === 'number' || value.length > 0);
  const words = said.map(([name, value]) => {
    if (name === 'exp' && typeof value === 'number') return `exp ${timeOf(value)}`;
    return `${name} ${typeof value === 'object' ? value.join(' ') : value}`;
  });
  return words.length === 0 ? 'it is a JWT without aud, roles, scp, tid and exp' : words.join(', ');
}

function timeOf(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString().replace(/\.\d+Z$/, 'Z');
}

function adviceFor(settings: ResolvedMailSettings, signIn: TokenFacts): string | undefined {
  return exchangeAdvice(settings, signIn) ?? clockAdvice(signIn);
}

/** A token that has just been given is good for as long as the endpoint says: by the right clock. */
function clockAdvice({ claims, expiresIn }: TokenFacts): string | undefined {
  const exp = claims?.['exp'];
  if (typeof exp !== 'number') return undefined;
  const now = Date.now() / 1000;
  const ahead = expiresIn === undefined ? Math.max(0, now - exp) : now + expiresIn - exp;
  if (Math.abs(ahead) < USUAL_DIFFERENCE) return undefined;
  const minutes = Math.round(Math.abs(ahead) / 60);
  return `By exp, the clock of this machine is ${minutes} min ${ahead > 0 ? 'ahead of' : 'behind'} that of the endpoint, or the token is an old one; compare the clocks`;
}

/** What Exchange Online would refuse without saying why. */
function exchangeAdvice(
  { host = '' }: ResolvedMailSettings,
  { claims, grantType }: TokenFacts,
): string | undefined {
  if (!claims || !EXCHANGE.host.test(host)) return undefined;
  const named = [claims['aud']].flat().map(String);
  if (!named.some(name => EXCHANGE.aud.includes(name.replace(/\/$/, ''))))
    return `The token is not meant for Exchange Online (aud ${named.join(' ')}); leave out Scope, or set it to https://outlook.office365.com/.default`;
  if (grantType === 'ClientCredentials' && ![claims['roles']].flat().includes(EXCHANGE.role))
    return `The application has not been granted ${EXCHANGE.role}; grant it this application permission of Office 365 Exchange Online, with the consent of an administrator`;
  const scopes = String(claims['scp'] ?? '').split(' ');
  if (grantType === 'RefreshToken' && !scopes.includes(EXCHANGE.scope))
    return `The token does not hold ${EXCHANGE.scope}; sign in anew with this delegated permission`;
  return undefined;
}
