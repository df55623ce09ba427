/** The head of a function that Handlebars has written; within a text its line end would be escaped. */
const HEAD = /": *function\(([\w, ]+)\) \{\n/g;
/** Texts, and where a block begins and ends: Handlebars writes neither comments nor expressions with other brackets. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}]/g;
const TEXT = /"(?:[^"\\]|\\.)*"/g;

/**
 * Code of Handlebars in which parameters that nothing uses begin with `_`, as compilers and linters want them. Handlebars gives
 * each function all of them.
 */
export function markUnusedParameters(code: string): string {
  return code.replace(HEAD, (head: string, names: string, at: number) => {
    const body = bodyAt(code, at + head.length).replace(TEXT, '');
    const used = new Set(body.match(/\w+/g));
    const marked = names.split(',').map(name => (used.has(name.trim()) ? name.trim() : `_${name.trim()}`));
    return `":function(${marked.join(', ')}) {\n`;
  });
}

/** What stands from a place behind an opening bracket to the closing one. */
function bodyAt(code: string, start: number): string {
  const rest = code.slice(start);
  let depth = 1;
  for (const { 0: token, index } of rest.matchAll(TOKEN)) {
    if (token === '{') depth++;
    else if (token === '}' && --depth === 0) return rest.slice(0, index);
  }
  return rest;
}
