import type { Person } from '../../shared/directory/person.js';
import { html } from '../web/html.js';
import type { Page } from '../web/page.js';
import { problemNote } from '../web/page.js';

/** The form that asks for login and password. */
export function loginForm({ login = '', problem }: { login?: string; problem?: string } = {}): Page {
  return {
    title: 'Sign in',
    main: html`${problemNote(problem)}
      <form method="post" action="/login">
        <p>
          <label>Login <input name="login" value="${login}" autocomplete="username" required /></label>
        </p>
        <p>
          <label
            >Password <input name="password" type="password" autocomplete="current-password" required
          /></label>
        </p>
        <button>Sign in</button>
      </form>`,
  };
}

/** Says that the password was right. */
export function signedIn(person: Person): Page {
  return {
    title: 'Signed in',
    main: html`<p role="status">Welcome, ${person.displayName}. Login and password are right.</p>`,
  };
}
