/** Why a request is turned away, in words for people. */
export interface Refusal {
  readonly reason: string;
  readonly remedy: string;
}
