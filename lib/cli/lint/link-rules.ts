import type { HtmlAttribute, HtmlTag } from '../../core/templates/parsing/html-tag.js';
import { PRINTED } from '../../core/templates/parsing/masked-source.js';
import type { LintFinding } from './finding.js';
import type { LintedFile } from './linted-file.js';

const UNSAFE = /^(?:javascript|vbscript|data|file|blob|about|view-source):/i;
const LOOPBACK = /^http:\/\/(?:localhost|127(?:\.\d+){3}|\[::1\])(?=[:/?#]|$)/i;

/** Where links lead that are written in the template; {@link valueRules} looks at what comes out of the context. */
export function linkRules(file: LintedFile): LintFinding[] {
  return file.tags.flatMap(tag => {
    if (tag.closing || (tag.name !== 'a' && tag.name !== 'area')) return [];
    const href = tag.attributes.find(({ name }) => name === 'href');
    return href ? linkFindings(file, tag, href) : [];
  });
}

function linkFindings(file: LintedFile, tag: HtmlTag, href: HtmlAttribute): LintFinding[] {
  const printed = file.printedBetween(href.valueAt, href.valueAt + href.value.length);
  const address = addressOf(href.value);
  if (address.includes(PRINTED) && address.startsWith(PRINTED)) return [];
  const conditional = file.masked.hasBlocks(href.valueAt, href.valueAt + href.value.length);
  if ((address === '' || address === '#') && !(conditional && printed.length > 0)) {
    return [
      file.at(
        tag.at,
        'empty-link',
        'warning',
        `This link leads nowhere: href="${address}". Give it an address, or make it text.`,
      ),
    ];
  }
  return literalFindings(file, href, address);
}

function literalFindings(file: LintedFile, href: HtmlAttribute, address: string): LintFinding[] {
  if (UNSAFE.test(address)) {
    const scheme = address.slice(0, address.indexOf(':') + 1).toLowerCase();
    return [
      file.at(
        href.valueAt,
        'unsafe-link',
        'error',
        `Mail clients refuse ${scheme} links, and filters take the mail for an attack. Use https:.`,
      ),
    ];
  }
  if (/^http:/i.test(address)) {
    if (LOOPBACK.test(address)) return [];
    return [
      file.at(
        href.valueAt,
        'insecure-link',
        'warning',
        'This link uses http:, which others on the network can read and change. Use https:.',
      ),
    ];
  }
  if (/^[a-z][a-z0-9+.-]*:/i.test(address) || address.startsWith('#') || address.startsWith(PRINTED))
    return [];
  return [
    file.at(
      href.valueAt,
      'relative-link',
      'warning',
      'This link has no scheme and no host; in a mail it leads nowhere. Write the whole address, such as https://…',
    ),
  ];
}

/** An address as mail clients read it: without the blanks and line ends that they drop. */
export function addressOf(value: string): string {
  return value
    .replace(/[\t\n\r]/g, '')
    .trim()
    .replace(/&colon;|&#0*58;|&#x0*3a;/gi, ':');
}
