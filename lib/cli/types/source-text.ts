/** The key of a property, quoted where it must be. */
export function propertyKey(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name);
}

/** A text as a literal. */
export function quoted(text: string): string {
  const escaped = JSON.stringify(text)
    .slice(1, -1)
    .replaceAll('\\"', '"')
    .replaceAll("'", String.raw`\'`);
  return `'${escaped}'`;
}

/** A doc comment of these lines, with the line end after it; nothing when there are none. */
export function comment(lines: readonly string[]): string {
  const safe = lines.map(line => line.replaceAll('*/', '* /').replaceAll(/\s+/g, ' '));
  if (safe.length === 0) return '';
  return safe.length === 1 ? `/** ${safe[0]} */\n` : `/**\n${safe.map(line => ` * ${line}\n`).join('')} */\n`;
}
