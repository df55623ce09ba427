/** Is told when a store cannot be used any more, and when it can again. */
export interface StoreListener {
  /** Once for each outage, with what is wrong; completes "the queue … cannot be used: ". Without secrets. */
  onTrouble(words: string): void;
  /** Once after each outage. */
  onRecovered(): void;
}
