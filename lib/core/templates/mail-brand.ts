import { parseMailbox } from '../address/parse-mailbox.js';
import { messageOf } from '../errors/error-facts.js';
import type { MailBrandColors } from './brand/brand-colors.js';
import { colorProblems, contrastWarnings, resolveColors } from './brand/brand-colors.js';
import { footerLines, footerProblems } from './brand/brand-footer.js';
import type { BrandFooter } from './brand/brand-footer.js';
import type { BrandProblem } from './brand/brand-problem.js';
import type { BrandLogo } from './files/brand-logo.js';
import { readLogo } from './files/brand-logo.js';
import { isSafeUrl } from './helpers/link.js';

/** How the built-in mails look, and whom they name. App-owned templates see it as `@brand`. */
export interface MailBrand {
  /** Name of the application in subjects and headings. @default none */
  applicationName?: string;
  /** Address of the application, for the link behind the logo. @default none */
  applicationUri?: string;
  /**
   * File of a logo, a PNG, JPEG or GIF of at most 256 KiB, which travels with every mail. Give an absolute path
   * (`join(import.meta.dirname, 'logo.png')`); a relative one is resolved against the working directory. Where a bundler makes
   * one file of the application, give what the file holds, as octets or as a data URL (RFC 2397). @default none
   */
  logo?: string | Uint8Array;
  /** Absolute https address of a logo image, instead of `logo`; many mail clients ask before they load it. @default none */
  logoUrl?: string;
  /** Width of the logo in pixels. @default 140 */
  logoWidth?: number;
  /**
   * Lines at the end of every mail: company, address, why the mail came. One text, or one for each culture, such as
   * `{ en: '…', fr: '…' }`; at most 2,000 characters each. @default none
   */
  footer?: BrandFooter;
  /** Absolute http(s) address of a page where people get help. @default none */
  supportUrl?: string;
  /** Mail address where people get help. @default none */
  supportAddress?: string;
  /** Colours in `#rrggbb` form. */
  colors?: Partial<MailBrandColors>;
}

/** A brand in the culture of a mail with every key set, as templates see it; what the brand leaves open is an empty text. */
export interface ResolvedMailBrand {
  readonly applicationName: string;
  readonly applicationUri: string;
  /** Address of the logo that travels with the mail, for `{{embed @brand.logo}}`. */
  readonly logo: string;
  readonly logoUrl: string;
  readonly logoWidth: number;
  /** All lines of the footer. */
  readonly footer: string;
  /** The lines of the footer, one by one. */
  readonly footerLines: readonly string[];
  readonly supportUrl: string;
  readonly supportAddress: string;
  /** `supportAddress` as the address of a link. */
  readonly supportMailto: string;
  readonly colors: MailBrandColors;
}

/** What is wrong with a brand whose values have the right types: values that would break the mails. It reads the logo. */
export function brandProblems(brand: MailBrand): BrandProblem[] {
  return [...problemsOfValues(brand), ...problemOfLogo(brand.logo ? readLogo(brand.logo) : undefined)];
}

function problemOfLogo(read: ReturnType<typeof readLogo> | undefined): BrandProblem[] {
  return read?.problem === undefined ? [] : [{ key: 'logo', message: read.problem }];
}

function problemsOfValues(brand: MailBrand): BrandProblem[] {
  const problems = colorProblems(brand.colors);
  for (const name of ['applicationUri', 'logoUrl', 'supportUrl'] as const) {
    const url = brand[name];
    if (url !== undefined && url !== '' && !(isSafeUrl(url) && /^https?:/i.test(url)))
      problems.push({ key: name, message: 'must be an absolute http(s) address' });
  }
  if (brand.logo && brand.logoUrl)
    problems.push({ key: 'logoUrl', message: 'stands beside logo; give one of them' });
  const { logoWidth = 140 } = brand;
  if (!(Number.isInteger(logoWidth) && logoWidth > 0))
    problems.push({ key: 'logoWidth', message: 'must be a whole number of pixels' });
  problems.push(...footerProblems(brand.footer));
  const wrongAddress = problemOfAddress(brand.supportAddress);
  if (wrongAddress !== undefined) problems.push({ key: 'supportAddress', message: wrongAddress });
  return problems;
}

function problemOfAddress(address: string = ''): string | undefined {
  if (address === '') return undefined;
  const expected = 'must be one mail address such as help@example.com';
  try {
    return parseMailbox(address).name === undefined ? undefined : `${expected}, without a name`;
  } catch (error) {
    return `${expected}; it ${messageOf(error)}`;
  }
}

/** A brand that was checked, with what it leaves open filled in. */
export class ResolvedBrand {
  /** The logo that travels with mails; undefined for a brand without one. */
  readonly logo: BrandLogo | undefined;
  readonly #brand: Omit<ResolvedMailBrand, 'footer' | 'footerLines'>;
  readonly #footer: BrandFooter;

  /** @throws TypeError for a value that would break the mails, and a logo that cannot be used */
  constructor(brand: MailBrand = {}) {
    const read = brand.logo ? readLogo(brand.logo) : undefined;
    const [problem] = [...problemsOfValues(brand), ...problemOfLogo(read)];
    if (problem) throw new TypeError(`brand.${problem.key} ${problem.message}`);
    this.logo = read?.logo;
    this.#footer = brand.footer ?? '';
    const supportAddress = brand.supportAddress ? parseMailbox(brand.supportAddress).address : '';
    this.#brand = {
      applicationName: brand.applicationName ?? '',
      applicationUri: brand.applicationUri ?? '',
      logo: this.logo ? `cid:${this.logo.cid}` : '',
      logoUrl: brand.logoUrl ?? '',
      logoWidth: brand.logoWidth ?? 140,
      supportUrl: brand.supportUrl ?? '',
      supportAddress,
      supportMailto: supportAddress === '' ? '' : mailtoOf(supportAddress),
      colors: resolveColors(brand.colors),
    };
  }

  /** Name and address of the application, which are the same in every culture. */
  get application(): Pick<ResolvedMailBrand, 'applicationName' | 'applicationUri'> {
    return this.#brand;
  }

  /** What works and is probably not meant, in words that complete "brand.…". */
  get warnings(): string[] {
    const isWebp = this.logo?.contentType === 'image/webp';
    return [
      ...(isWebp
        ? ['logo is a WebP, which Outlook on Windows does not show; a PNG is shown everywhere']
        : []),
      ...contrastWarnings(this.#brand.colors),
    ];
  }

  /**
   * The brand in the culture of a mail.
   *
   * @param defaultCulture whose footer stands in for one that is missing
   */
  in(culture = 'en', defaultCulture = 'en'): ResolvedMailBrand {
    const lines = footerLines(this.#footer, culture, defaultCulture);
    return { ...this.#brand, footer: lines.join('\n'), footerLines: lines };
  }
}

/** The address of a link that writes to a mailbox (RFC 6068). */
function mailtoOf(address: string): string {
  const at = address.lastIndexOf('@');
  return `mailto:${encodeURIComponent(address.slice(0, at))}@${address.slice(at + 1)}`;
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
