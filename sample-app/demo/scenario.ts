import { ResetRequestService } from '../agent/reset/reset-request.service.js';
import type { MailOutcome } from '../server/notifications/mail-outcome.js';
import { Outbox } from '../server/notifications/outbox.js';
import { sentenceOf } from '../shared/failure.js';
import type { DemoMail } from './demo-mail.js';
import { Handover } from './handover.js';
import { readPickupFile, resetLinkOf } from './pickup-file.js';
import type { Stage } from './stage.js';
import { Tally } from './tally.js';
import type { Transcript } from './transcript.js';
import { WebClient } from './web-client.js';

/** Time that one answer or one mail may take. */
const TIME_LIMIT_MS = 15_000;
/** Two reviewers, two certifiers, one launcher of a job, the reset mail and the one about the new password. */
const EXPECTED_MAILS = 7;
const NEW_PASSWORD = 'a demo password of no value';

/** The story that the demo plays. */
export class Scenario {
  readonly #tally: Tally;
  readonly #web: WebClient;

  constructor(
    private readonly stage: Stage,
    private readonly transcript: Transcript,
    private readonly stop: AbortSignal,
  ) {
    this.#tally = new Tally(EXPECTED_MAILS, transcript);
    this.#web = new WebClient(stage.url, TIME_LIMIT_MS, stop);
  }

  /** Plays everything; what goes wrong is in the tally. */
  async play(): Promise<Tally> {
    await this.#step('1. A provisioning review waits for two reviewers', () =>
      this.#notify('/provisioning/reviews/r-1041/notify', 2),
    );
    await this.#step('2. An access certification waits for two certifiers', () =>
      this.#notify('/certifications/c-7/notify', 2),
    );
    await this.#step('3. A job has finished', () => this.#notify('/jobs/j-220/notify', 1));
    await this.#step(
      '4. Ann forgot her password: the Agent writes a mail into the pickup directory',
      async () => {
        const link = await this.#requestReset('ann');
        if (link) await this.#clickThrough(link, 'ann');
      },
    );
    return this.#tally;
  }

  async #step(title: string, act: () => Promise<void>): Promise<void> {
    this.transcript.heading(title);
    try {
      await act();
    } catch (error) {
      this.stop.throwIfAborted();
      this.#tally.problem(sentenceOf(error));
    }
  }

  async #notify(path: string, count: number): Promise<void> {
    const { status, body } = await this.#web.post(path, {}, 'application/json');
    this.transcript.line(`POST ${path} → ${status}`);
    if (status !== 200 && status !== 502) throw new Error(`POST ${path} was answered with ${status}`);
    const outcomes: MailOutcome[] = JSON.parse(body);
    if (outcomes.length !== count)
      this.#tally.problem(`${outcomes.length} mails were sent instead of ${count}`);
    for (const outcome of outcomes) await this.#arrival(outcome);
  }

  /** Sees that the mail of an outcome really came. */
  async #arrival({ template, person, status, messageId, jobId, problem }: MailOutcome): Promise<void> {
    const mail = `the mail ${template} for ${person}`;
    if (status === 'failed' || status === 'suppressed' || messageId === undefined) {
      this.#tally.problem(`${mail} is missing: ${problem ?? status}`);
      return;
    }
    const patience = this.#patience();
    const by = jobId === undefined ? undefined : ('queued' as const);
    try {
      if (jobId !== undefined && !(await this.#delivery(mail, jobId, patience))) return;
      if (this.stage.smtp) this.transcript.mail('SMTP', await this.stage.smtp.mail(messageId, patience));
      else this.transcript.line(`✉ ${template} for ${person}: ${status} ${messageId}`);
      this.#tally.arrived(this.stage.smtp ? 'smtp' : 'handedOver', by);
    } catch (error) {
      this.stop.throwIfAborted();
      const why = patience.aborted
        ? `did not come within ${TIME_LIMIT_MS / 1000} seconds`
        : `is missing: ${sentenceOf(error)}`;
      this.#tally.problem(`${mail} ${why}`);
    }
  }

  /** Lets the Worker deliver a queued mail. */
  async #delivery(mail: string, jobId: string, patience: AbortSignal): Promise<boolean> {
    const { queue } = this.stage;
    if (!queue) throw new Error('it was queued, and the demo has no queue');
    if (queue.workerPid === undefined) {
      const { waiting, workers } = await queue.counts();
      this.transcript.line(`Queue: ${waiting} waiting, ${workers} workers. The Worker is started`);
      await this.stage.startWorker();
      this.transcript.line(`Worker: process ${queue.workerPid ?? 'none'}`);
    }
    const { state, attempts, reason } = await queue.outcomeOf(jobId, patience);
    if (state === 'delivered') this.transcript.line(`Queue: ${mail} delivered, tries: ${attempts}`);
    else
      this.#tally.problem(
        `${mail} is missing: the queue says ${state}${reason === undefined ? '' : `: ${reason}`}`,
      );
    return state === 'delivered';
  }

  #patience(): AbortSignal {
    return AbortSignal.any([this.stop, AbortSignal.timeout(TIME_LIMIT_MS)]);
  }

  async #requestReset(login: string): Promise<URL | undefined> {
    const receipt = await this.stage.agent.get(ResetRequestService).requestReset(login);
    if (receipt.status === 'suppressed') {
      this.#tally.problem('the reset mail is missing: suppressed by the settings');
      return undefined;
    }
    if (receipt.file === undefined) {
      this.#tally.arrived('handedOver');
      this.transcript.line(`✉ reset-password for ${login}: ${receipt.status} ${receipt.messageId}`);
      throw new Error('The reset mail went to a real server, so the demo cannot open its link');
    }
    const written = await readPickupFile(receipt.file);
    this.transcript.pickupFile(receipt.file, written);
    const mail = await this.#arrivalOfFile(receipt.file, written, login);
    const link = mail && resetLinkOf(mail);
    if (mail && !link) this.#tally.problem('the reset mail holds no reset link');
    return link;
  }

  /** Lets the Relay take the file, if it is the demo's to take. */
  async #arrivalOfFile(file: string, mail: DemoMail, login: string): Promise<DemoMail | undefined> {
    const { relay } = this.stage;
    if (typeof relay === 'string') {
      this.transcript.mail('Pickup', mail);
      this.#tally.arrived('pickup');
      return mail;
    }
    const patience = this.#patience();
    try {
      return await new Handover(relay, this.transcript, this.#tally).follow(file, mail, patience);
    } catch (error) {
      this.stop.throwIfAborted();
      const why = patience.aborted ? `not taken within ${TIME_LIMIT_MS / 1000} seconds` : sentenceOf(error);
      this.#tally.problem(`the mail reset-password for ${login} is missing: ${why}`);
      return undefined;
    }
  }

  /** Does what the person does with the link, and what others might try. */
  async #clickThrough(link: URL, login: string): Promise<void> {
    const token = link.searchParams.get('token') ?? '';
    const post = (password: string): Promise<{ status: number }> =>
      this.#web.post('/reset-password', { token, password, repeated: password }, 'text/html');
    const opened = await this.#web.get(link, 'text/html');
    this.#expect('The link of the mail opens the reset page', opened, 200);
    this.#expect('A password that is too short is refused', await post('short'), 422);
    const before = this.stage.server.get(Outbox).list().length;
    this.#expect('A good password is set', await post(NEW_PASSWORD), 200);
    const { body } = await this.#web.get('/outbox', 'application/json');
    const outbox: MailOutcome[] = JSON.parse(body);
    const [changed] = outbox;
    if (changed && outbox.length > before && changed.template === 'password-changed')
      await this.#arrival(changed);
    else this.#tally.problem('the mail password-changed is missing: it was not sent');
    this.#expect('The same link opens no second time', await this.#web.get(link, 'text/html'), 410);
    this.#expect('The same token sets no second password', await post(`${NEW_PASSWORD}, again`), 410);
    const signIn = (password: string): Promise<{ status: number }> =>
      this.#web.post('/login', { login, password }, 'text/html');
    this.#expect('The new password signs in', await signIn(NEW_PASSWORD), 200);
    this.#expect('Another password does not', await signIn(`${NEW_PASSWORD}, again`), 401);
  }

  #expect(what: string, { status }: { status: number }, wanted: number): void {
    this.#tally.check(
      status === wanted,
      `${what} (${status})`,
      `${what}: the answer is ${status} instead of ${wanted}`,
    );
  }
}
