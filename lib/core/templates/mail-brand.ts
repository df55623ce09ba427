import { isSafeUrl } from './helpers/link.js';

/** How the built-in mails look: name, logo and colours. App-owned templates see it as `@brand`. */
export interface MailBrand {
  /** Name of the application in subjects and headings. @default none */
  applicationName?: string;
  /** Address of the application, for the link behind the logo. @default none */
  applicationUri?: string;
  /** Absolute https address of a logo image. @default none */
  logoUrl?: string;
  /** Width of the logo in pixels. @default 140 */
  logoWidth?: number;
  /** Colours in `#rrggbb` form. */
  colors?: Partial<MailBrandColors>;
}

/** The colours of the built-in mails, each `#rrggbb`. */
export interface MailBrandColors {
  /** Button and accent. @default '#1f5fbf' */
  primary: string;
  /** Text on the button. @default '#ffffff' */
  onPrimary: string;
  /** Behind the card. @default '#f3f4f6' */
  background: string;
  /** The card. @default '#ffffff' */
  surface: string;
  /** Text. @default '#1f2937' */
  text: string;
  /** Small print. @default '#6b7280' */
  muted: string;
}

/** A brand with every key set, as templates see it. */
export type ResolvedMailBrand = Required<Omit<MailBrand, 'colors'>> & { colors: MailBrandColors };

const DEFAULT_COLORS: MailBrandColors = {
  primary: '#1f5fbf',
  onPrimary: '#ffffff',
  background: '#f3f4f6',
  surface: '#ffffff',
  text: '#1f2937',
  muted: '#6b7280',
};

/** What is wrong with a brand. */
export interface BrandProblem {
  /** Path of the value, such as `colors.primary`. */
  readonly key: string;
  /** Words that complete "brand.key …". */
  readonly message: string;
}

/** What is wrong with a brand whose values have the right types: colours and addresses that would break the mails. */
export function brandProblems(brand: MailBrand): BrandProblem[] {
  const problems: BrandProblem[] = [];
  for (const [name, color] of Object.entries(brand.colors ?? {})) {
    if (color !== undefined && !/^#[0-9a-f]{6}$/i.test(color))
      problems.push({ key: `colors.${name}`, message: 'must be a colour such as #1f5fbf' });
  }
  for (const name of ['applicationUri', 'logoUrl'] as const) {
    const url = brand[name];
    if (url !== undefined && url !== '' && !(isSafeUrl(url) && /^https?:/i.test(url)))
      problems.push({ key: name, message: 'must be an absolute http(s) address' });
  }
  const { logoWidth = 140 } = brand;
  if (!(Number.isInteger(logoWidth) && logoWidth > 0))
    problems.push({ key: 'logoWidth', message: 'must be a whole number of pixels' });
  return problems;
}

/**
 * Fills in what a brand leaves open.
 *
 * @throws TypeError for a colour or address that would break the mails
 */
export function resolveBrand(brand: MailBrand = {}): ResolvedMailBrand {
  const [problem] = brandProblems(brand);
  if (problem) throw new TypeError(`brand.${problem.key} ${problem.message}`);
  const given = Object.entries(brand.colors ?? {}).filter(([, color]) => color !== undefined);
  return {
    applicationName: brand.applicationName ?? '',
    applicationUri: brand.applicationUri ?? '',
    logoUrl: brand.logoUrl ?? '',
    logoWidth: brand.logoWidth ?? 140,
    colors: { ...DEFAULT_COLORS, ...Object.fromEntries(given) },
  };
}

/** A context in which the brand's name and address stand in for those that it does not give. */
export function withBrand(
  context: object,
  { applicationName, applicationUri }: Pick<ResolvedMailBrand, 'applicationName' | 'applicationUri'>,
): object {
  if (applicationName === '' && applicationUri === '') return context;
  return {
    ...(applicationName !== '' && { applicationName }),
    ...(applicationUri !== '' && { applicationUri }),
    ...context,
  };
}
