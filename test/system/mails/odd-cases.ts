import type { NotificationContext } from '../../../lib/core/message/notification-context.js';
import { everyMailInEveryLanguage, samplesOf } from './built-in-cases.js';
import type { MailToMeasure } from './measured-mail.js';
import { NAMES } from './names.js';
import type { SendingApp } from './sent-mail.js';
import { READER, startSendingApp } from './sent-mail.js';

const LANGUAGES = everyMailInEveryLanguage();
const MAILS = [...new Set(LANGUAGES.map(({ mail }) => mail))];
const CULTURES = [...new Set(LANGUAGES.map(({ culture }) => culture))];
const WORD = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft';

/** Mails that something is odd about. */
export interface OddCase {
  readonly name: string;
  /** @param app an application with a brand */
  readonly send: (app: SendingApp) => Promise<MailToMeasure[]>;
}

/** What applications and people give to mails, though nobody thinks of it. */
export const ODD_CASES: readonly OddCase[] = [
  ...NAMES.flatMap(([script, name]) => [
    {
      name: `every mail greets somebody whose name is ${script}`,
      send: (app: SendingApp) => greetings(app, name),
    },
    {
      name: `words of an application are ${script}, its subject too`,
      send: async (app: SendingApp) => [await notification(app, wordsOf(name))],
    },
  ]),
  { name: 'two languages are in one mail', send: () => severalLanguages(CULTURES.slice(0, 2)) },
  { name: 'all languages are in one mail', send: () => severalLanguages(CULTURES) },
  { name: 'there is no brand', send: unbranded },
  {
    name: 'the subject is only an emoji',
    send: async app => [
      await notification(app, { title: '🎉', lines: ['The synchronisation is finished.'] }),
    ],
  },
  { name: 'no line takes the words and addresses', send: async app => [await notification(app, LONG_WORDS)] },
];

const LONG_WORDS = {
  title: WORD.repeat(3),
  greeting: WORD,
  lines: [WORD.repeat(10), `https://identity.contoso.com/${'z'.repeat(600)}`],
  table: {
    columns: [WORD, WORD, WORD],
    rows: [
      [WORD, WORD.repeat(4), 1],
      ['1', '2', 'x'.repeat(400)],
    ],
  },
  action: { label: WORD.repeat(2), url: `https://identity.contoso.com/?${'b=1&'.repeat(150)}c=2` },
  footer: WORD.repeat(4),
};

/** Few enough that the filter does not take them for letters that stand in for others, which mixed scripts look like. */
function wordsOf(name: string): NotificationContext {
  return {
    title: name,
    lines: [`${name}.`],
    table: { columns: ['Person'], rows: [[name]] },
    action: { label: name, url: `https://identity.contoso.com/people/${encodeURIComponent(name)}` },
  };
}

/** Sends a notification, as an application does. */
export async function notification(app: SendingApp, context: NotificationContext): Promise<MailToMeasure> {
  return { sent: await app.send(mail => mail.sendNotification({ to: READER, ...context })), context };
}

async function greetings(app: SendingApp, displayName: string): Promise<MailToMeasure[]> {
  const mails: MailToMeasure[] = [];
  for (const template of MAILS) {
    const sample = samplesOf(template)[0]?.context ?? {};
    if (!('displayName' in sample)) continue;
    const context = { ...sample, displayName };
    const to = { name: displayName, address: 'ann.lee@fabrikam.com' };
    mails.push({
      sent: await app.send(mail => mail.send({ to, template, context, culture: 'en' })),
      context,
    });
  }
  return mails;
}

async function severalLanguages(cultures: readonly string[]): Promise<MailToMeasure[]> {
  const app = await startSendingApp({}, { cultures: cultures.join(';') });
  const context = { displayName: 'Ann Lee', login: 'ann.lee' };
  const sent = await app.send(mail =>
    mail.sendResetPassword({ to: READER, ...context, token: 't0k3n-of-the-sample' }),
  );
  await app.close();
  return [{ sent, context }];
}

async function unbranded(): Promise<MailToMeasure[]> {
  const app = await startSendingApp();
  const mails: MailToMeasure[] = [];
  for (const { mail, culture, cases } of LANGUAGES) {
    const context = cases[0]?.context ?? {};
    const sent = await app.send(service => service.send({ to: READER, template: mail, culture, context }));
    mails.push({ sent, context });
  }
  await app.close();
  return mails;
}
