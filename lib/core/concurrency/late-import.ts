/**
 * Imports a module when it is first needed, once however many ask for it at the same time: Jest, which has modules of its own,
 * hands one that is being imported to the second who asks before it is evaluated. What cannot be imported is tried again by
 * whoever asks next.
 *
 * @param load an `import()`, written out where the module is needed: bundlers look for it
 * @returns a function that asks for it
 */
export function lateImport<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
}
