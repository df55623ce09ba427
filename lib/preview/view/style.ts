/** All of the style of the preview's pages. Fonts and colours are those of the system. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ink: #1c2024; --soft: #565d66; --line: #d9dde2; --paper: #fff; --ground: #f5f6f8; --mark: #e8effb;
  --accent: #0b57b7; --good: #146c3c; --good-ground: #e2f4e9; --bad: #a61b1b; --bad-ground: #fbe6e4;
  --warn: #7a4b00; --warn-ground: #fdf0d8;
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e8eaed; --soft: #a9b0b9; --line: #363b42; --paper: #1b1e22; --ground: #131518; --mark: #21314a;
    --accent: #8ab8ff; --good: #86dba8; --good-ground: #16321f; --bad: #ff9d94; --bad-ground: #41191a;
    --warn: #f2c572; --warn-ground: #3a2b0f;
  }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; background: var(--ground); color: var(--ink); display: flex; flex-direction: column; }
a { color: var(--accent); }
h1, h2, h3 { line-height: 1.25; margin: 0 0 .5rem; overflow-wrap: anywhere; }
h1 { font-size: 1.2rem; } h2 { font-size: 1.2rem; } h3 { font-size: 1rem; margin-top: 1.25rem; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: .5rem; top: .5rem; z-index: 2; background: var(--paper); padding: .5rem .75rem; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.top { display: flex; align-items: center; gap: 1.5rem; padding: 0 1rem; background: var(--paper); border-bottom: 1px solid var(--line); }
.product { font-weight: 600; }
.top nav { display: flex; gap: .25rem; }
.top nav a { padding: .7rem .75rem; text-decoration: none; color: var(--soft); border-bottom: 2px solid transparent; }
.top nav a:hover { color: var(--ink); }
.top nav a[aria-current] { color: var(--ink); border-bottom-color: var(--accent); font-weight: 600; }
main { flex: 1; min-height: 0; }
main:focus { outline: none; }
.lost { margin: 0; padding: .6rem 1rem; background: var(--warn-ground); color: var(--warn); }
.lost a { color: inherit; }
.notice { max-width: 40rem; margin: 3rem auto; padding: 1.5rem; background: var(--paper); border: 1px solid var(--line); border-radius: 8px; }

button, .button, input, select {
  font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: .3rem .7rem;
}
button, .button { cursor: pointer; text-decoration: none; display: inline-block; }
button:hover, .button:hover { border-color: var(--soft); }
button[aria-pressed="true"] { background: var(--mark); border-color: var(--accent); }
button.danger { color: var(--bad); border-color: currentColor; }
input[type="search"] { width: 100%; }

.columns { display: grid; grid-template-columns: minmax(17rem, 24rem) minmax(0, 1fr); height: calc(100vh - 3.1rem); }
.side { border-right: 1px solid var(--line); background: var(--paper); display: flex; flex-direction: column; min-height: 0; }
.side-head { padding: .75rem 1rem; border-bottom: 1px solid var(--line); display: grid; gap: .5rem; }
.side-title { display: flex; justify-content: space-between; align-items: center; gap: .5rem; }
.side-title h1 { margin: 0; }
.scroll { overflow-y: auto; min-height: 0; flex: 1; }
.content { overflow-y: auto; padding: 1rem 1.25rem; min-width: 0; }
.hint { color: var(--soft); margin: 0; font-size: .87rem; }
.empty { padding: 2rem 1rem; color: var(--soft); }

.mails { list-style: none; margin: 0; padding: 0; }
.mails a { display: block; padding: .6rem 1rem; border-bottom: 1px solid var(--line); text-decoration: none; color: inherit; border-left: 3px solid transparent; }
.mails a:hover { background: var(--ground); }
.mails a:focus-visible { outline-offset: -2px; }
.mails a[aria-current] { background: var(--mark); border-left-color: var(--accent); }
.mails .row { display: flex; gap: .5rem; justify-content: space-between; align-items: baseline; }
.mails .subject { font-weight: 600; min-width: 0; overflow-wrap: anywhere; unicode-bidi: isolate; }
.mails .line { color: var(--soft); font-size: .87rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.mails time { color: var(--soft); font-size: .87rem; white-space: nowrap; font-variant-numeric: tabular-nums; }

.badge { font-size: .78rem; padding: .05rem .45rem; border-radius: 1rem; white-space: nowrap; background: var(--ground); color: var(--soft); border: 1px solid var(--line); }
.badge.good { background: var(--good-ground); color: var(--good); border-color: transparent; }
.badge.bad { background: var(--bad-ground); color: var(--bad); border-color: transparent; }
.badge.warn { background: var(--warn-ground); color: var(--warn); border-color: transparent; }
.marks { white-space: nowrap; }
.message { padding: .6rem .8rem; border-radius: 6px; margin: 0 0 .75rem; overflow-wrap: anywhere; }
.message.bad { background: var(--bad-ground); color: var(--bad); }
.message.warn { background: var(--warn-ground); color: var(--warn); }

.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .15rem .9rem; margin: 0 0 .75rem; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.tabs { display: flex; flex-wrap: wrap; gap: .1rem; border-bottom: 1px solid var(--line); margin: .75rem 0; }
.tabs a { padding: .4rem .8rem; text-decoration: none; color: var(--soft); border-bottom: 2px solid transparent; }
.tabs a[aria-selected="true"] { color: var(--ink); border-bottom-color: var(--accent); font-weight: 600; }
.tabs a:hover { color: var(--ink); }
.actions { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
pre { margin: 0; padding: .9rem; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; overflow: auto; max-height: 75vh;
  font: 13px/1.55 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; background: var(--paper); border: 1px solid var(--line); }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
thead th { color: var(--soft); font-weight: 500; }
tbody th { font-weight: 500; min-width: 7rem; }

.frame-tools { display: flex; flex-wrap: wrap; gap: .4rem; align-items: center; margin-bottom: .6rem; font-size: .9rem; }
.frame-tools a { margin-left: auto; }
.frame-stage { background: var(--paper); border: 1px solid var(--line); border-radius: 6px; overflow: hidden; }
.frame-stage iframe { display: block; width: 100%; height: max(24rem, calc(100vh - 20rem)); border: 0; background: #fff; color-scheme: light dark; margin: 0 auto; }
@media (prefers-color-scheme: dark) { .frame-stage iframe { background: #121212; } }
[data-shown~="phone"] .frame-stage { background: var(--ground); }
[data-shown~="phone"] iframe { width: 375px; max-width: 100%; outline: 1px solid var(--line); }
.mail-frame[data-shown~="light"] iframe { background: #fff; color-scheme: light; }
.mail-frame[data-shown~="dark"] iframe { background: #121212; color-scheme: dark; }

details.menu { position: relative; }
details.menu summary { cursor: pointer; list-style: none; color: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: .2rem .6rem; font-size: .9rem; }
details.menu summary::-webkit-details-marker { display: none; }
details.menu form { position: absolute; right: 0; top: calc(100% + .3rem); z-index: 1; background: var(--paper); border: 1px solid var(--line);
  border-radius: 8px; padding: .8rem; width: 15rem; box-shadow: 0 6px 24px rgb(0 0 0 / .2); }
details.menu p { margin: 0 0 .6rem; }
.back { display: none; }

@media (max-width: 760px) {
  .columns { display: block; height: auto; }
  .columns.one .side { display: none; }
  .columns:not(.one) .content { display: none; }
  .side { border-right: 0; }
  .scroll { overflow: visible; }
  .content { padding: .9rem; }
  .back { display: inline-block; margin-bottom: .6rem; }
  .top { gap: .75rem; padding: 0 .9rem; }
  .product { font-size: .9rem; }
  .mails a { --whole-page: 1; }
  .columns:not(.one) .mails a[aria-current] { background: none; border-left-color: transparent; }
  .facts { grid-template-columns: 5rem minmax(0, 1fr); gap: .1rem .5rem; }
  .facts dt { overflow-wrap: anywhere; }
  .frame-stage iframe { height: 70vh; }
}
@media (prefers-reduced-motion: no-preference) { .mails a, button { transition: background .12s; } }
`;
