import { lateImport } from '../../errors/late-import.js';
import { canonicalCulture } from '../culture.js';
import { isSpokenByBuiltIn } from '../files/built-in-cultures.js';
import type { BuiltInTemplates } from '../files/built-in-templates.js';
import { wereChecked } from '../files/checked-sources.js';
import { hasMachineTimeZone } from '../files/machine-time-zone.js';
import { checkTimeZone, systemTimeZone } from '../helpers/time-zone.js';
import type { MailBrand } from '../mail-brand.js';
import { ResolvedBrand } from '../mail-brand.js';
import type { MailRenderer } from '../mail-renderer.js';
import type { TemplateOptions } from '../template-options.js';
import { checkHelpers } from './check-helpers.js';
import type { TemplateLog } from './check-templates.js';
import { DeferredTemplateRenderer } from './deferred-template-renderer.js';
import type { WantedCulture } from './unspoken-cultures.js';

const importChecked = lateImport(() => import('./create-checked-renderer.js'));
const importReady = lateImport(() => import('./create-ready-renderer.js'));

/** What a renderer is made with beside the options of its templates. */
export interface RendererParts {
  readonly brand: MailBrand | undefined;
  readonly log: TemplateLog;
  /** Those that mails are wanted in: which of them built-in mails do not speak is logged. */
  readonly cultures: readonly WantedCulture[];
  /** The built-in templates, which several renderers may share; undefined for some of its own. */
  readonly builtIn: BuiltInTemplates | undefined;
}

/**
 * The renderer of a mailer. An application that has templates has them checked now, unless they were when their module was
 * written; where there is nothing to check, what reads and renders templates is imported with the first mail that needs it.
 *
 * @throws {@link MailTemplateError} what `createCheckedRenderer` throws
 */
export async function createTemplateRenderer(
  options: TemplateOptions,
  parts: RendererParts,
): Promise<MailRenderer> {
  const { brand, log, cultures, builtIn } = parts;
  if (hasToBeChecked(options, cultures)) {
    const { createCheckedRenderer } = await importChecked();
    return createCheckedRenderer(options, brand, log, cultures, builtIn);
  }
  checkHelpers(options.helpers ?? {});
  const resolved = new ResolvedBrand(brand);
  canonicalCulture(options.defaultCulture ?? 'en');
  if (options.timeZone !== undefined || !hasMachineTimeZone())
    checkTimeZone(options.timeZone ?? systemTimeZone());
  for (const warning of resolved.warnings) log.warn(`brand.${warning}.`);
  return new DeferredTemplateRenderer(async () => {
    const { createReadyRenderer } = await importReady();
    return createReadyRenderer(options, resolved, builtIn);
  });
}

/** Whether there is anything that can be wrong, or that has to be told, which only reading templates finds out. */
function hasToBeChecked(
  { directories = [], sources = {}, watch, inlineCss, defaultCulture = 'en', helpers = {} }: TemplateOptions,
  cultures: readonly WantedCulture[],
): boolean {
  return (
    directories.length > 0 ||
    (Object.keys(sources).length > 0 &&
      !wereChecked(sources, { defaultCulture, helpers: Object.keys(helpers) })) ||
    watch === true ||
    inlineCss === true ||
    !cultures.every(({ culture }) => isSpokenByBuiltIn(culture))
  );
}
