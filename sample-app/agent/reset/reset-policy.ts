import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { ResolvedPasswordResetSettings } from 'nest-mailroom';
import { resolveMailSettings } from 'nest-mailroom';
import { languageOf } from '../../shared/language.js';

/** What the section `PasswordResetSettings` says beside the mail settings. */
@Injectable()
export class ResetPolicy {
  readonly #settings: ResolvedPasswordResetSettings;

  constructor(config: ConfigService) {
    const section: Record<string, unknown> = config.getOrThrow('PasswordResetSettings');
    const { passwordReset } = resolveMailSettings(section);
    if (!passwordReset) throw new Error('The section PasswordResetSettings says nothing about resets');
    this.#settings = passwordReset;
  }

  /** Life of a token in seconds. */
  get validFor(): number {
    return this.#settings.validFor;
  }

  /** A person's own language, if resets are offered in it; else undefined, and the mail holds all that are. */
  cultureFor(language: string): string | undefined {
    const offered = this.#settings.cultures.some(culture => languageOf(culture) === languageOf(language));
    return offered ? language : undefined;
  }
}
