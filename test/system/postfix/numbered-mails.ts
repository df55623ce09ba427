/** How the ids look that {@link numberedMails} puts into bodies. */
export const NUMBERED = /mail-\d{5}-id/;

/** One of many mails: its id is the only line of its body. */
export interface NumberedMail {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** The same for every try, as a retry must keep it. */
  readonly messageId: string;
}

/** Mails that can be counted by an id in the body. */
export function numberedMails(count: number): NumberedMail[] {
  return Array.from({ length: count }, (_, index) => {
    const id = `mail-${String(index).padStart(5, '0')}-id`;
    return {
      id,
      to: `user${index % 50}@contoso.test`,
      subject: `Number ${index}`,
      text: id,
      messageId: `<${id}@contoso.test>`,
    };
  });
}
