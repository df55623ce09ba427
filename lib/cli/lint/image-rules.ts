import { embedCalls } from '../../core/templates/parsing/embed-calls.js';
import type { HtmlTag } from '../../core/templates/parsing/html-tag.js';
import { PRINTED } from '../../core/templates/parsing/masked-source.js';
import type { EmbeddedImages } from '../../core/templates/rendering/embedded-images.js';
import type { LintFinding } from './finding.js';
import { addressOf } from './link-rules.js';
import type { LintedFile } from './linted-file.js';

/** Whether images can be loaded, and whether they have a text for readers who do not load them. */
export function imageRules(file: LintedFile, images: EmbeddedImages): LintFinding[] {
  const shown = file.tags.flatMap(tag =>
    tag.name === 'img' && !tag.closing ? [...altFindings(file, tag), ...sourceFindings(file, tag)] : [],
  );
  return [...shown, ...embedFindings(file, images)];
}

function altFindings(file: LintedFile, tag: HtmlTag): LintFinding[] {
  // An expression in the tag may print attributes.
  if (tag.attributes.some(({ name }) => name === 'alt' || name.includes(PRINTED))) return [];
  return [
    file.at(
      tag.at,
      'image-alt',
      'warning',
      'This image has no alt text, which is all that many readers see. Write alt="…", or alt="" where it only decorates.',
    ),
  ];
}

function sourceFindings(file: LintedFile, tag: HtmlTag): LintFinding[] {
  const { attributes } = tag;
  const source = attributes.find(({ name }) => name === 'src');
  if (!source && attributes.some(({ name }) => name.includes(PRINTED))) return [];
  const address = addressOf(source?.value ?? '');
  const at = source?.valued ? source.valueAt : tag.at;
  const to = at + (source?.value.length ?? 0);
  if (address === '') {
    if (file.masked.hasBlocks(at, to)) return [];
    return [
      file.at(tag.at, 'image-source', 'error', 'This image has no src; mail clients show a broken image.'),
    ];
  }
  if (address.startsWith(PRINTED) || /^(?:https|cid):/i.test(address)) return [];
  if (/^http:/i.test(address)) {
    return [
      file.at(
        at,
        'insecure-image',
        'warning',
        'This image is loaded over http:, which many mail clients do not do. Use https:, or put the image into the mail with {{embed "…"}}.',
      ),
    ];
  }
  if (/^data:/i.test(address)) {
    return [
      file.at(
        at,
        'data-image',
        'warning',
        'Gmail and Outlook do not show data: images. Put the image into the template folder and write src="{{embed "…"}}".',
      ),
    ];
  }
  const name =
    address
      .split(/[\\/]/)
      .at(-1)
      ?.replace(/[?#].*$/, '') ?? '';
  const advice = name.includes(PRINTED) || name === '' ? '…' : name;
  return [
    file.at(
      at,
      'relative-image',
      'error',
      `Mail clients cannot load an image of a relative address. Put it into the template folder and write src="{{embed "${advice}"}}", or give the whole https: address.`,
    ),
  ];
}

function embedFindings({ file, parsed }: LintedFile, images: EmbeddedImages): LintFinding[] {
  return embedCalls(parsed.program).flatMap(({ name, line, column }) => {
    const finding = { severity: 'error' as const, file: file.file, line, column };
    if (file.part !== 'html')
      return [
        {
          ...finding,
          rule: 'misplaced-embed',
          message: `embed puts images into html parts; rendering this ${file.part} will fail.`,
        },
      ];
    const fault = images.fault(file, name);
    return fault === undefined ? [] : [{ ...finding, rule: 'missing-image', message: fault }];
  });
}
