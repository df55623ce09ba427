import { readFile } from 'node:fs/promises';
import { simpleParser } from 'mailparser';
import type { DemoMail } from './demo-mail.js';

/** Reads a file of a pickup directory as an SMTP service does: envelope from X-Sender and X-Receiver, then the mail. */
export async function readPickupFile(file: string): Promise<DemoMail> {
  const content = await simpleParser(await readFile(file));
  const valuesOf = (name: string): string[] =>
    content.headerLines
      .filter(({ key }) => key === name)
      .map(({ line }) => line.slice(line.indexOf(':') + 1).trim());
  return { envelope: { from: valuesOf('x-sender')[0] ?? '', to: valuesOf('x-receiver') }, content };
}

/** The reset link in a mail. */
export function resetLinkOf({ content }: DemoMail): URL | undefined {
  const link = /https?:\/\/\S+[?&]token=[^\s&]+/.exec(content.text ?? '')?.[0];
  return link === undefined ? undefined : new URL(link);
}
