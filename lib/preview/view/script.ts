/**
 * All of the script that the preview's pages run. Everything works without it, apart from what changes by itself: it
 * fetches the same pages that links lead to and takes over the part that is meant.
 *
 * `data-live="topic"` on an element with an id: is fetched anew when the topic is published (or each `data-poll` ms).
 * `data-swap="id"` on a link or a search form: only the element with that id is taken over from the page it leads to.
 */
export const SCRIPT = String.raw`'use strict';
(() => {
  const base = document.documentElement.dataset.base;
  const fetched = new Map();

  /** Takes parts of another page over into this one; the last one asked for wins. A page that is gone has them elsewhere. */
  async function takeOver(url, ids, after, elsewhere) {
    const turn = {};
    for (const id of ids) fetched.set(id, turn);
    let response;
    try {
      response = await fetch(url, { headers: { Accept: 'text/html' } });
    } catch {
      return false;
    }
    // An application that was started again has another key.
    if (response.status === 401) {
      lost();
      return false;
    }
    const text = await response.text();
    if (ids.every(id => fetched.get(id) !== turn)) return true;
    const page = new DOMParser().parseFromString(text, 'text/html');
    if (elsewhere && response.status === 404 && !ids.some(id => page.getElementById(id))) return takeOver(elsewhere, ids);
    for (const id of ids) {
      const old = document.getElementById(id);
      const fresh = page.getElementById(id);
      if (fetched.get(id) !== turn || !old || !fresh || old.outerHTML === fresh.outerHTML) continue;
      const focused = old.contains(document.activeElement) ? document.activeElement.id : '';
      const top = old.scrollTop;
      old.replaceWith(fresh);
      fresh.scrollTop = top;
      if (focused) document.getElementById(focused)?.focus();
      for (const frame of fresh.querySelectorAll('[data-frame]')) appear(frame);
    }
    mark();
    if (response.ok && page.title) document.title = page.title;
    after?.();
    return true;
  }

  /** The row of the mail that is shown: a list that was fetched anew may have the newest of its mails marked. */
  function mark() {
    const shown = document.getElementById('mail');
    if (!shown) return;
    for (const row of document.querySelectorAll('.mails a')) {
      if (row.id === 'row-' + shown.dataset.mail) row.setAttribute('aria-current', 'true');
      else row.removeAttribute('aria-current');
    }
  }

  /** Says once that nothing here changes any more. */
  function lost() {
    if (document.querySelector('.lost')) return;
    const note = Object.assign(document.createElement('p'), { className: 'lost', textContent:
      'This page is not up to date any more: the preview was started again and has another key. Open the address that it has printed. ' });
    note.setAttribute('role', 'alert');
    note.append(Object.assign(document.createElement('a'), { href: location.href, textContent: 'Load this page again' }));
    document.getElementById('main').before(note);
  }

  /** What somebody has asked for; what changes by itself waits for it. */
  let acting = 0;
  const act = (...what) => {
    acting++;
    return takeOver(...what).finally(() => acting--);
  };

  const due = new Set();
  let refreshing = false;

  /** Fetches what is live anew; what is asked for meanwhile comes after it, so that a flood of changes is shown too. */
  async function refresh(topic) {
    due.add(topic);
    if (refreshing) return;
    refreshing = true;
    while (due.size > 0) {
      while (acting > 0) await new Promise(resolve => setTimeout(resolve, 50));
      const topics = [...due];
      due.clear();
      const ids = [...document.querySelectorAll('[data-live]')]
        .filter(one => one.id && topics.some(name => !name || one.dataset.live.split(' ').includes(name)))
        .filter(one => !one.contains(document.querySelector('details[open]')))
        .map(one => one.id);
      const section = document.querySelector('nav a[aria-current=page]')?.href;
      if (ids.length > 0) await takeOver(location.href, ids, undefined, section);
      await new Promise(resolve => setTimeout(resolve, 200));
    }
    refreshing = false;
  }

  // What changes by itself.
  if (document.querySelector('[data-live]')) {
    let gone = false;
    const follow = () => {
      const events = new EventSource(base + '/events');
      for (const topic of ['mailbox', 'templates']) events.addEventListener(topic, () => void refresh(topic));
      events.addEventListener('error', () => {
        gone = true;
        if (events.readyState !== EventSource.CLOSED) return;
        removeEventListener('pagehide', end);
        // It does not try again by itself. The answer to another request tells why, but a server that ends gives none.
        void refresh();
        setTimeout(() => { if (!document.querySelector('.lost')) follow(); }, 3000);
      });
      // After a restart of the application everything may be different.
      events.addEventListener('open', () => { if (gone) void refresh(); gone = false; });
      const end = () => events.close();
      addEventListener('pagehide', end);
    };
    follow();
    const poll = Number(document.querySelector('[data-poll]')?.dataset.poll);
    if (poll > 0) setInterval(() => { if (!document.hidden) void refresh(); }, poll);
  }

  // Links that change a part of the page only.
  document.addEventListener('click', event => {
    const link = event.target.closest?.('a[data-swap]');
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (getComputedStyle(link).getPropertyValue('--whole-page').trim() === '1') return;
    event.preventDefault();
    const ids = link.dataset.swap.split(' ');
    void act(link.href, ids, () => {
      const entry = link.getAttribute('role') === 'tab' ? 'replaceState' : 'pushState';
      history[entry](null, '', link.href);
    }).then(done => { if (!done) location.assign(link.href); });
  });
  addEventListener('popstate', () => location.reload());

  // A search that answers while somebody types.
  let typing;
  document.addEventListener('input', event => {
    const form = event.target.form;
    if (!form?.dataset.swap) return;
    clearTimeout(typing);
    typing = setTimeout(() => {
      const url = new URL(form.action);
      url.search = new URLSearchParams(new FormData(form)).toString();
      void act(url, form.dataset.swap.split(' '), () => history.replaceState(null, '', url));
    }, 200);
  });

  // Tabs: the arrow keys go from one to the next, Enter opens it.
  document.addEventListener('keydown', event => {
    const tab = event.target.closest?.('[role=tab]');
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: 0, End: 0 }[event.key];
    if (!tab || step === undefined) {
      if (tab && event.key === ' ') { event.preventDefault(); tab.click(); }
      return;
    }
    event.preventDefault();
    const tabs = [...tab.closest('[role=tablist]').querySelectorAll('[role=tab]')];
    const place = event.key === 'Home' ? 0 : event.key === 'End' ? tabs.length - 1 : tabs.indexOf(tab) + step;
    tabs.at(place % tabs.length).focus();
  });

  // How a mail is looked at: width and colours, kept from mail to mail.
  const kept = name => { try { return localStorage.getItem('mail-preview-' + name); } catch { return null; } };
  const keep = (name, value) => { try { localStorage.setItem('mail-preview-' + name, value); } catch { /* not kept then */ } };

  const dark = matchMedia('(prefers-color-scheme: dark)');

  function appear(tools) {
    const frame = tools.querySelector('iframe');
    const width = kept('width') === 'phone' ? 'phone' : 'desktop';
    const chosen = ['light', 'dark'].find(name => name === kept('scheme'));
    const scheme = chosen ?? (dark.matches ? 'dark' : 'light');
    for (const button of tools.querySelectorAll('[data-width]'))
      button.setAttribute('aria-pressed', String(button.dataset.width === width));
    tools.querySelector('[data-scheme]')?.setAttribute('aria-pressed', String(scheme === 'dark'));
    tools.dataset.shown = width + ' ' + scheme;
    const src = new URL(frame.getAttribute('src'), location.href);
    // Without a choice the mail itself follows the browser.
    if (chosen === undefined || src.searchParams.get('scheme') === chosen) return;
    src.searchParams.set('scheme', chosen);
    frame.replaceWith(Object.assign(frame.cloneNode(), { src: src.href }));
  }

  document.addEventListener('click', event => {
    const button = event.target.closest?.('[data-frame] button');
    if (!button) return;
    if (button.dataset.width) keep('width', button.dataset.width);
    if ('scheme' in button.dataset) keep('scheme', button.getAttribute('aria-pressed') === 'true' ? 'light' : 'dark');
    appear(button.closest('[data-frame]'));
  });
  const appearAll = () => { for (const frame of document.querySelectorAll('[data-frame]')) appear(frame); };
  dark.addEventListener('change', appearAll);
  appearAll();
})();
`;
