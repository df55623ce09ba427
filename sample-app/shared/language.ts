/** The language of a culture: `fr` of `fr-CA`. */
export function languageOf(culture: string): string {
  return new Intl.Locale(culture).language;
}
