/** Shortest password that is taken. */
export const SHORTEST_PASSWORD = 12;
/** Longest password that is taken, so that nobody keeps the hash function busy. */
export const LONGEST_PASSWORD = 200;

/** What is wrong with a new password, in a sentence for the person who chose it; undefined when nothing is. */
export function passwordProblem(password: string, repeated: string): string | undefined {
  const length = [...password].length;
  if (length < SHORTEST_PASSWORD) return `The password must have at least ${SHORTEST_PASSWORD} characters.`;
  if (length > LONGEST_PASSWORD) return `The password must have at most ${LONGEST_PASSWORD} characters.`;
  if (password !== repeated) return 'The two passwords are not the same.';
  return undefined;
}
