/** What is wrong with a brand. */
export interface BrandProblem {
  /** Path of the value, such as `colors.primary`. */
  readonly key: string;
  /** Words that complete "brand.key …". */
  readonly message: string;
}
