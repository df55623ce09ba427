/**
 * Waits for something, but no longer than a time. The timer holds the process meanwhile: somebody waits for what comes
 * after it, and a process that ends in the middle of its shutdown tells nobody.
 *
 * @throws what it throws, when it does so in time
 */
export async function atMost(milliseconds: number, running: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>(resolve => {
    timer = setTimeout(resolve, milliseconds);
  });
  try {
    await Promise.race([running, over]);
  } finally {
    clearTimeout(timer);
  }
}
