import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import type { SentMail } from './sent-mail.js';

const PROGRAM = '/usr/bin/spamassassin';
/** Rules that only say what a mail is, such as `HTML_MESSAGE`, have this score, because none can have 0. */
const SAYS_NOTHING = 0.001;
const run = promisify(execFile);

/** What SpamAssassin says of a mail. */
export interface SpamScore {
  /** Points of the rules that cost some. Those that give points back are not counted, so that they hide nothing. */
  readonly points: number;
  /** The rules that cost some, each with its points: `HTML_FONT_LOW_CONTRAST 0.713`. */
  readonly rules: readonly string[];
}

/** What servers write above a mail on its way: the one that the application hands it to, and the reader's. */
function trace(): Buffer {
  const date = new Date().toUTCString().replace('GMT', '+0000');
  const lines = [
    'Return-Path: <no-reply@contoso.com>',
    'Received: from smtp.contoso.com (smtp.contoso.com [192.0.43.25])',
    '\tby mx.fabrikam.com (Postfix) with ESMTPS id 4XyT2k3QwZz9rtf',
    `\tfor <ann.lee@fabrikam.com>; ${date}`,
    'Received: from identity.contoso.com (identity.contoso.com [192.0.43.8])',
    '\tby smtp.contoso.com (Postfix) with ESMTPSA id 4XyT2j1AbCz7pqr',
    `\tfor <ann.lee@fabrikam.com>; ${date}`,
  ];
  return Buffer.from(lines.map(line => `${line}\r\n`).join(''));
}

/**
 * Scores mails with Debian's SpamAssassin and its own local rules: no account's preferences, nothing learnt, nothing asked of the
 * network. Each mail is seen as it was composed and as the reader's server has received it; what either costs counts.
 *
 * @returns the score of each mail, by its Message-ID
 * @throws Error saying what to install
 */
export async function scoreMails(mails: readonly SentMail[]): Promise<Map<string, SpamScore>> {
  if (!existsSync(PROGRAM))
    throw new Error(
      `The mails are scored by ${PROGRAM}; install it, for example: apt-get install spamassassin`,
    );
  const folder = temporaryDirectory();
  try {
    const files = mails.flatMap(({ raw }, index) => [
      folder.write(`mails/${index}-composed.eml`, raw),
      folder.write(`mails/${index}-received.eml`, Buffer.concat([trace(), raw])),
    ]);
    const shares = availableParallelism();
    const outputs = await Promise.all(
      Array.from({ length: shares }, (_, share) =>
        scoreFiles(
          folder.path,
          files.filter((_file, index) => index % shares === share),
        ),
      ),
    );
    return scoresIn(outputs.join(''));
  } finally {
    folder.remove();
  }
}

async function scoreFiles(home: string, files: readonly string[]): Promise<string> {
  if (files.length === 0) return '';
  // Only says how its findings are printed.
  const printed = '--cf=add_header all Points _TESTSSCORES(,)_';
  const { stdout } = await run(PROGRAM, ['--local', printed, ...files], {
    env: { ...process.env, HOME: home, LC_ALL: 'C' },
    maxBuffer: 2 ** 30,
    encoding: 'latin1',
  });
  return stdout;
}

/** Reads what SpamAssassin has written above each mail. */
function scoresIn(output: string): Map<string, SpamScore> {
  const scores = new Map<string, SpamScore>();
  const unfolded = output.replaceAll('\r', '').replaceAll(/\n[ \t]+/g, ' ');
  for (const found of unfolded.split(/^X-Spam-Checker-Version:/m).slice(1)) {
    const header = found.slice(0, found.indexOf('\n\n'));
    const [, list] = /^X-Spam-Points: (.*)$/m.exec(header) ?? [];
    const [, messageId] = /^Message-ID: (\S+)$/im.exec(header) ?? [];
    if (list === undefined || messageId === undefined)
      throw new Error(`SpamAssassin has written no score: ${header}`);
    const rules = list
      .replaceAll(' ', '')
      .split(',')
      .filter(rule => Number(rule.split('=')[1]) > SAYS_NOTHING)
      .map(rule => rule.replace('=', ' '));
    const all = [...new Set([...(scores.get(messageId)?.rules ?? []), ...rules])];
    const points = all.reduce((sum, rule) => sum + Number(rule.split(' ')[1]), 0);
    scores.set(messageId, { points, rules: all });
  }
  return scores;
}
