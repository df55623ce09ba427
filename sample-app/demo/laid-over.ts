/**
 * An environment with other variables laid over it. Settings are found in any case, so what they replace goes whatever
 * its case: a folder that the administrator named in capitals must not come back.
 */
export function laidOver(
  env: NodeJS.ProcessEnv,
  variables: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  const replaced = new Set(Object.keys(variables).map(name => name.toLowerCase()));
  const kept = Object.entries(env).filter(([name]) => !replaced.has(name.toLowerCase()));
  return { ...Object.fromEntries(kept), ...variables };
}
