import type { Person } from '../../shared/directory/person.js';
import type { CertificationCampaign } from '../certification/certification-campaign.js';
import type { Job } from '../jobs/job.js';
import type { MailOutcome } from '../notifications/mail-outcome.js';
import type { Notice } from '../notifications/notices.js';
import type { ProvisioningReview } from '../provisioning/provisioning-review.js';
import { COLUMNS } from './columns.js';
import type { Html } from './html.js';
import { html } from './html.js';
import type { Page } from './page.js';
import { problemNote } from './page.js';

/** What the first page shows. */
export interface HomeModel {
  readonly people: readonly (Person & { readonly hasPassword: boolean })[];
  readonly reviews: readonly ProvisioningReview[];
  readonly campaigns: readonly CertificationCampaign[];
  readonly jobs: readonly Job[];
  readonly outbox: readonly MailOutcome[];
  /** What the last click came to. */
  readonly notice: Notice | undefined;
  /** Where sent mails and templates can be looked at. */
  readonly previewPath: string | undefined;
}

/** The first page: the domain, a button for every mail, and what became of the mails. */
export function homePage({ people, reviews, campaigns, jobs, outbox, notice, previewPath }: HomeModel): Page {
  return {
    title: 'Overview',
    ...(notice && { news: notice.text }),
    main: html`${noticeNote(notice)}${previewLink(previewPath)}
      <section id="people" aria-labelledby="people-title">
        <h2 id="people-title">People</h2>
        ${table('people', people.map(personRow))}
      </section>
      <section aria-labelledby="reviews-title">
        <h2 id="reviews-title">Provisioning reviews</h2>
        ${reviews.map(reviewEntry)}
      </section>
      <section aria-labelledby="certifications-title">
        <h2 id="certifications-title">Access certifications</h2>
        ${campaigns.map(campaignEntry)}
      </section>
      <section aria-labelledby="jobs-title">
        <h2 id="jobs-title">Jobs</h2>
        ${jobs.map(jobEntry)}
      </section>
      <section id="outbox" aria-labelledby="outbox-title">
        <h2 id="outbox-title">Last mails</h2>
        ${outboxList(outbox)}
      </section>`,
  };
}

/** What the last click came to: read out at once when it did not work, and when the reader is done otherwise. */
function noticeNote(notice: Notice | undefined): Html {
  const { text, failed = false } = notice ?? {};
  return html`<div class="notice">
    <div role="status" aria-live="polite">
      ${text === undefined || failed ? undefined : html`<p>${text}</p>`}
    </div>
    ${problemNote(failed ? text : undefined)}
  </div>`;
}

function previewLink(path: string | undefined): Html | undefined {
  return path === undefined
    ? undefined
    : html`<p><a class="target" href="${path}">Look at the mails and their templates</a></p>`;
}

function personRow({ displayName, login, mail, language, hasPassword }: HomeModel['people'][number]): Html {
  return row([displayName, login, mail, language, hasPassword ? 'set' : 'none']);
}

function reviewEntry({ id, role, beneficiary, reviewers, state }: ProvisioningReview): Html {
  const decision = (value: string, label: string): Html =>
    html`<form class="inline" method="post" action="/provisioning/reviews/${id}/decision">
      <button name="decision" value="${value}">${label}</button>
    </form>`;
  return html`<article id="${id}">
    <p><strong>${role}</strong> for ${beneficiary}: ${state}. Reviewers: ${reviewers.join(', ')}.</p>
    ${
      state === 'pending'
        ? [
            notifyButton(`/provisioning/reviews/${id}/notify`, 'Mail the reviewers'),
            decision('approved', 'Approve'),
            decision('declined', 'Decline'),
          ]
        : undefined
    }
  </article>`;
}

function campaignEntry({ id, name, closesAt, shares }: CertificationCampaign): Html {
  const open = shares.map(({ certifier, remaining }) => `${certifier} ${remaining}`).join(', ');
  return html`<article id="${id}">
    <p><strong>${name}</strong>, until ${dayOf(closesAt)}. Still to certify: ${open}.</p>
    ${notifyButton(`/certifications/${id}/notify`, 'Mail the certifiers')}
  </article>`;
}

function jobEntry({ id, name, launchedBy, result }: Job): Html {
  const end = result
    ? `finished, ${result.errors} errors, ${result.created + result.changed + result.removed} changes`
    : 'running';
  return html`<article id="${id}">
    <p><strong>${name}</strong>, launched by ${launchedBy}: ${end}.</p>
    ${result && notifyButton(`/jobs/${id}/notify`, `Mail ${launchedBy}`)}
  </article>`;
}

function outboxList(outbox: readonly MailOutcome[]): Html {
  if (outbox.length === 0) return html`<p>None yet.</p>`;
  const rows = outbox.map(({ template, person, status, accepted, dropped, problem }) =>
    row([
      template,
      person,
      problem === undefined ? status : `${status}: ${problem}`,
      accepted.join(', '),
      dropped.map(({ address, rule }) => `${address} (${rule})`).join(', '),
    ]),
  );
  return table('mails', rows);
}

function notifyButton(action: string, label: string): Html {
  return html`<form class="inline" method="post" action="${action}"><button>${label}</button></form>`;
}

function table(name: keyof typeof COLUMNS, rows: readonly Html[]): Html {
  return html`<table class="${name}">
    <thead>
      <tr>
        ${COLUMNS[name].map(column => html`<th scope="col">${column}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

function row(cells: readonly string[]): Html {
  return html`<tr>
    ${cells.map(cell => html`<td>${cell}</td>`)}
  </tr>`;
}

function dayOf(date: Date): string {
  return new Intl.DateTimeFormat('en', { dateStyle: 'long' }).format(date);
}
