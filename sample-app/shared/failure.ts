/** What to tell a person about something that was thrown. */
export function sentenceOf(thrown: unknown): string {
  // Not `instanceof Error`: errors of another realm (Node's core below a test runner) are none of ours.
  return typeof thrown === 'object' && thrown !== null && 'message' in thrown
    ? String(thrown.message)
    : String(thrown);
}
