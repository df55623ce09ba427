/** The style of the page *Templates*, beside that of all pages. */
export const TEMPLATES_STYLE = `
.group { font-size: .78rem; text-transform: uppercase; letter-spacing: .05em; color: var(--soft); margin: 0; padding: 1rem 1rem .35rem; }
.count { font-weight: 400; }
.title-row { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin-bottom: .35rem; }
.title-row h2 { margin: 0; }
.title-row .button { margin-left: auto; font-size: .9rem; }
.subject-line { margin: 0 0 .6rem; overflow-wrap: anywhere; }
.label { color: var(--soft); font-size: .87rem; margin-right: .15rem; }
.switch { display: flex; flex-wrap: wrap; gap: .3rem .75rem; align-items: center; }
.chips { display: flex; flex-wrap: wrap; gap: .3rem; align-items: center; margin: .2rem 0; }
.chips .label { min-width: 3.6rem; }
.chips a { padding: .1rem .6rem; border: 1px solid var(--line); border-radius: 1rem; text-decoration: none; color: inherit; background: var(--paper); font-size: .9rem; }
.chips a:hover { border-color: var(--soft); }
.chips a[aria-current] { background: var(--mark); border-color: var(--accent); font-weight: 600; }
.other { display: flex; gap: .3rem; font-size: .87rem; }
.other input, .other button { padding: .1rem .5rem; }
.problems { border: 1px solid var(--bad); border-radius: 6px; background: var(--paper); margin: .75rem 0; overflow: hidden; }
.problems h3 { margin: 0; padding: .45rem .8rem; background: var(--bad-ground); color: var(--bad); }
.problems ul { list-style: none; margin: 0; padding: 0; }
.problem { padding: .6rem .8rem; border-top: 1px solid var(--line); }
.problem:first-child { border-top: 0; }
.problem p { margin: 0; overflow-wrap: anywhere; }
.problem figure { margin: .5rem 0 0; }
.problem figcaption, .path { font: 12px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; color: var(--soft); overflow-wrap: anywhere; margin: 0 0 .3rem; }
.problem pre { max-height: 12rem; padding: .4rem .6rem; margin-top: .4rem; }
.code { padding: .5rem 0; background: var(--paper); }
.code .line { display: block; padding: 0 .8rem 0 4rem; position: relative; min-height: 1.55em; }
.code .line::before { content: attr(data-line); position: absolute; left: 0; width: 3.2rem; text-align: right; color: var(--soft); opacity: .75; }
.code .marked { background: var(--bad-ground); box-shadow: inset 3px 0 var(--bad); }
.panels { display: flex; flex-wrap: wrap; gap: .5rem; margin: .75rem 0 0; align-items: flex-start; }
.panel { background: var(--paper); border: 1px solid var(--line); border-radius: 6px; }
.panel[open] { flex: 1 1 22rem; min-width: 0; }
.panel summary { cursor: pointer; padding: .3rem .8rem; font-size: .9rem; }
.panel form, .panel > p { padding: .25rem .8rem .8rem; margin: 0; display: grid; gap: .45rem; }
.panel > .message { margin: 0 .8rem .5rem; padding: .6rem .8rem; }
.panel .message p { margin: 0; }
.panel label { font-size: .87rem; color: var(--soft); }
.panel input[type="email"] { flex: 1 1 10rem; min-width: 0; }
textarea { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; color: inherit; background: var(--ground); width: 100%;
  border: 1px solid var(--line); border-radius: 6px; padding: .5rem .6rem; resize: vertical; }
.message.good { background: var(--good-ground); color: var(--good); }
.paths { padding-left: 1.1rem; color: var(--soft); overflow-wrap: anywhere; }
#size { margin-top: .5rem; }
@media (max-width: 760px) {
  .columns.overview .content { display: block; }
  .chips .label { min-width: 3.4rem; }
}
`;
