/**
 * A value as it is written in SQL, right whatever `standard_conforming_strings` says.
 *
 * @throws TypeError for a value that has no such form
 */
export function sqlLiteral(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return textLiteral(value);
    case 'number':
      if (Number.isFinite(value)) return String(value);
      break;
    case 'boolean':
      return String(value);
    default:
      if (value === null || value === undefined) return 'NULL';
  }
  throw new TypeError(`a ${typeof value} cannot be written in SQL`);
}

/** Puts values in the places of `$1`, `$2` … */
export function withLiterals(sql: string, values: readonly unknown[]): string {
  return sql.replaceAll(/\$(\d+)/g, (_place, number: string) => sqlLiteral(values[Number(number) - 1]));
}

function textLiteral(text: string): string {
  // It would end the statement in the protocol, and PostgreSQL holds no such text.
  if (text.includes('\0')) throw new TypeError('a text with U+0000 cannot be kept in PostgreSQL');
  const quoted = `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
  return text.includes('\\') ? ` E${quoted}` : quoted;
}
