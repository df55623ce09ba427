import { COLUMNS } from './columns.js';

/** What a cell is, where a table stands as a list. */
const labels = Object.entries(COLUMNS).flatMap(([table, names]) =>
  names.map((name, index) => `.${table} td:nth-child(${index + 1})::before { content: "${name}: "; }`),
);

/**
 * The one style sheet: system fonts, readable widths, light and dark. What is touched is 44 pixels high; on a phone each row
 * of a table is a list, and what was done stays in sight.
 */
export const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; --line: #8886; --accent: #0f5c6e; }
body { margin: 0 auto; max-width: 60rem; padding: 0 1rem 8rem; overflow-wrap: anywhere; }
header { display: flex; justify-content: space-between; padding: .25rem 0; border-bottom: 1px solid var(--line); }
header a, .target { display: inline-flex; align-items: center; min-height: 2.75rem; min-width: 2.75rem; }
section { margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: start; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
form { margin: .5rem 0; }
form.inline { display: inline-block; margin-inline-end: .5rem; }
label { display: inline-block; min-width: 9rem; }
input { font: inherit; padding: .3rem .5rem; min-height: 2.75rem; max-width: 100%; box-sizing: border-box; }
button { font: inherit; padding: .4rem 1rem; min-height: 2.75rem; min-width: 2.75rem; border: 0; border-radius: .3rem; background: var(--accent); color: #fff; cursor: pointer; }
:focus-visible { outline: 3px solid #e8a33d; outline-offset: 2px; }
.problem, .notice p { border-inline-start: 4px solid #c62828; padding-inline-start: .75rem; }
.notice p { margin: 0; }
.notice [role=status] p { border-color: #2e7d32; }
.notice:has(p) { position: fixed; inset: auto 0 0; max-height: 40vh; overflow: auto; padding: 1rem; background: Canvas; border-top: 1px solid var(--line); box-shadow: 0 0 1rem #0004; }
@media (max-width: 40rem) {
  thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  tr { display: block; padding: .5rem 0; border-bottom: 1px solid var(--line); }
  td { display: block; padding: 0; border: 0; }
  ${labels.join('\n  ')}
  td:empty { display: none; }
}
`;
