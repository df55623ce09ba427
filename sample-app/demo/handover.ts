import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { DemoMail } from './demo-mail.js';
import type { DemoRelay } from './demo-relay.js';
import type { Tally } from './tally.js';
import type { Transcript } from './transcript.js';

/** The way of a mail from the pickup directory through the Relay to an SMTP server. */
export class Handover {
  constructor(
    private readonly relay: DemoRelay,
    private readonly transcript: Transcript,
    private readonly tally: Tally,
  ) {}

  /**
   * Starts the Relay and sees that it takes a pickup file and that its mail comes.
   *
   * @param mail what the file holds
   * @param patience fires when it takes too long
   * @returns the mail as its recipient gets it
   * @throws Error when the mail does not come
   */
  async follow(file: string, mail: DemoMail, patience: AbortSignal): Promise<DemoMail> {
    const { relay, transcript, tally } = this;
    const name = basename(file);
    await relay.start();
    const outcome = await relay.outcomeOf(name, patience);
    if (outcome.type !== 'sent') throw new Error(`the Relay says ${outcome.type}: ${outcome.reason}`);
    transcript.line(`Relay: ${name} sent, recipients: ${outcome.recipients}`);
    tally.check(!existsSync(file), 'The file is gone from the pickup directory', 'The file was not taken');
    if (relay.smtp) return this.#arrival(await relay.smtp.mail(mail.content.messageId ?? '', patience));
    tally.arrived('handedOver', 'relayed');
    transcript.line('The mail server of the settings has it; the demo reads on in what the file held');
    transcript.mail('Pickup', mail);
    return mail;
  }

  #arrival(mail: DemoMail): DemoMail {
    const { transcript, tally } = this;
    const { headers, messageId } = mail.content;
    tally.arrived('smtp', 'relayed');
    tally.check(true, `A mail with the same Message-ID arrived by SMTP: ${messageId ?? ''}`);
    const travelled = ['x-sender', 'x-receiver'].filter(name => headers.has(name));
    tally.check(
      travelled.length === 0,
      'X-Sender and X-Receiver stayed behind',
      `It holds ${travelled.join(', ')}`,
    );
    transcript.mail('SMTP', mail);
    return mail;
  }
}
