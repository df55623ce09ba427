import { fields } from '../settings/options/option-fields.js';
import type { OptionReader } from '../settings/options/option-reader.js';
import type { RenderOptions } from '../templates/template-renderer.js';
import { readCallOptions } from './call-options.js';

const RENDER_OPTIONS = fields({
  // The renderer says what is no culture; null is the default one.
  culture: value => value ?? undefined,
  // It says what is no time zone, too; null is its own.
  timeZone: value => value ?? undefined,
} as const satisfies Record<keyof RenderOptions, OptionReader>);

/**
 * Reads the options of `MailService.render`.
 *
 * @throws MailMessageError `EMAILMESSAGE` for an option that is not known
 */
export function readRenderOptions(options: unknown): RenderOptions {
  return readCallOptions<RenderOptions>(options, RENDER_OPTIONS);
}
