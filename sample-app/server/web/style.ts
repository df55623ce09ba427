/** The one style sheet: system fonts, readable widths, light and dark. */
export const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; --line: #8886; --accent: #0f5c6e; }
body { margin: 0 auto; max-width: 60rem; padding: 0 1rem 3rem; }
header { display: flex; justify-content: space-between; padding: 1rem 0; border-bottom: 1px solid var(--line); }
section { margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: start; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
form { margin: .5rem 0; }
form.inline { display: inline-block; margin-inline-end: .5rem; }
label { display: inline-block; min-width: 9rem; }
input { font: inherit; padding: .3rem .5rem; }
button { font: inherit; padding: .4rem 1rem; border: 0; border-radius: .3rem; background: var(--accent); color: #fff; cursor: pointer; }
:focus-visible { outline: 3px solid #e8a33d; outline-offset: 2px; }
.problem { border-inline-start: 4px solid #c62828; padding-inline-start: .75rem; }
`;
