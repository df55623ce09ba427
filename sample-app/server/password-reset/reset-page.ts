import type { Person } from '../../shared/directory/person.js';
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from '../accounts/password-rule.js';
import { html } from '../web/html.js';
import type { Page } from '../web/page.js';
import { problemNote } from '../web/page.js';
import type { TokenRefusal } from './token-check.js';

const REFUSALS: Readonly<Record<TokenRefusal, { title: string; advice: string }>> = {
  expired: {
    title: 'This link has expired',
    advice: 'Ask for a new reset mail; its link works until the time named in it.',
  },
  used: {
    title: 'This link has been used already',
    advice: 'A link sets a password once. If that was not you, ask for a new reset mail at once.',
  },
  invalid: {
    title: 'This link is not valid',
    advice: 'Copy the whole link from the mail, or ask for a new reset mail.',
  },
};

/** The form for a new password. */
export function resetForm(token: string, person: Person, problem?: string): Page {
  return {
    title: 'Choose a new password',
    main: html`<p>For ${person.displayName} (${person.login}).</p>
      ${problemNote(problem)}
      <form method="post" action="/reset-password">
        <input type="hidden" name="token" value="${token}" />
        <input type="hidden" name="login" value="${person.login}" autocomplete="username" />
        <p>
          <label for="password">New password</label>
          <input
            id="password"
            name="password"
            type="password"
            autocomplete="new-password"
            required
            minlength="${SHORTEST_PASSWORD}"
            maxlength="${LONGEST_PASSWORD}"
            aria-describedby="rule"
          />
          <small id="rule">At least ${SHORTEST_PASSWORD} characters.</small>
        </p>
        <p>
          <label for="repeated">The same again</label>
          <input id="repeated" name="repeated" type="password" autocomplete="new-password" required />
        </p>
        <button>Set the password</button>
      </form>`,
  };
}

/** Says why a link does not work. */
export function refusedLink(refusal: TokenRefusal): Page {
  const { title, advice } = REFUSALS[refusal];
  return { title, main: html`<p role="alert">${advice}</p>` };
}

/** Says that the password is set. */
export function passwordSet(person: Person): Page {
  return {
    title: 'Your password has been changed',
    main: html`<p role="status">
        ${person.displayName}, you can <a href="/login">sign in</a> with your new password.
      </p>
      <p>We tell you by mail that it was changed.</p>`,
  };
}
