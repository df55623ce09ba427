import type { DemoMail } from './demo-mail.js';

const FIRST_LINES = 6;

/** Writes what happens, compactly. Never writes a token. */
export class Transcript {
  constructor(private readonly write: (line: string) => void) {}

  /** A new chapter. */
  heading(text: string): void {
    this.write(`\n${text}`);
  }

  /** A fact. */
  line(text: string): void {
    this.write(`  ${withoutTokens(text)}`);
  }

  /** Something that was looked at. */
  check(passed: boolean, text: string): void {
    this.write(`  ${passed ? '✓' : '✗'} ${withoutTokens(text)}`);
  }

  /** A pickup file: its name, and the envelope that it holds. */
  pickupFile(file: string, { envelope, content }: DemoMail): void {
    this.line(`Pickup file ${file}`);
    if (envelope.from !== '') this.write(`    X-Sender: ${envelope.from}`);
    for (const receiver of envelope.to) this.write(`    X-Receiver: ${receiver}`);
    this.write(`    Message-ID: ${content.messageId ?? '(none)'}`);
  }

  /** A mail: envelope, subject, the first lines of its text. */
  mail(where: string, { envelope, content }: DemoMail): void {
    const text = withoutTokens(content.text ?? '')
      .split('\n')
      .map(line => line.trim())
      .filter(line => line !== '');
    this.write(`  ✉ ${where}: ${envelope.from} → ${envelope.to.join(', ')}`);
    this.write(`    Subject: ${content.subject ?? '(none)'}`);
    for (const line of text.slice(0, FIRST_LINES)) this.write(`    | ${line}`);
    if (text.length > FIRST_LINES) this.write(`    | … ${text.length - FIRST_LINES} more lines`);
  }
}

function withoutTokens(text: string): string {
  return text.replace(/([?&]token=)[^\s&"<>]+/g, '$1…');
}
