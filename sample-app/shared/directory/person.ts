/** Somebody whom the organisation knows. */
export interface Person {
  readonly login: string;
  readonly displayName: string;
  readonly mail: string;
  /** BCP 47 tag of the language that this person wants to read, such as `fr-CA`. */
  readonly language: string;
}
