import type { SmtpOptions } from 'nest-mailroom';

/* Checked by `npm run typecheck`: each `@ts-expect-error` fails when the line below it compiles. */

type Auth = SmtpOptions['auth'];

/** What an identity library gives. */
interface Acquired {
  readonly accessToken: string;
  readonly expiresOn: Date | null;
}

export const text: Auth = { accessToken: () => 'token' };
export const promise: Auth = { user: 'a@contoso.com', accessToken: async () => 'token' };
export const life: Auth = { accessToken: async () => ({ token: 'token', expiresAt: new Date() }) };
export const called: Auth = {
  accessToken: async ({ renew, signal }) => {
    const isNew: boolean = renew;
    const ends: AbortSignal = signal;
    return isNew && !ends.aborted ? 'new' : 'cached';
  },
};
export const fromLibrary = (acquire: () => Promise<Acquired>): Auth => ({
  accessToken: async () => {
    const { accessToken: token, expiresOn: expiresAt } = await acquire();
    return { token, expiresAt };
  },
});
export const frozen: Auth = Object.freeze({ accessToken: async () => 'token' });
export const own: Auth = { method: 'X-OWN', user: 'a', ticket: 5 };

// @ts-expect-error a token is a text
export const number: Auth = { accessToken: async () => 5 };
// @ts-expect-error the token stands in `token`
export const wrongField: Auth = { accessToken: async () => ({ accessToken: 'token' }) };
// @ts-expect-error a text is no date
export const wrongDate: Auth = { accessToken: async () => ({ token: 'token', expiresAt: '2030-01-01' }) };
// @ts-expect-error the signal is no field of its own
export const wrongCall: Auth = { accessToken: async ({ abort }) => String(abort) };
