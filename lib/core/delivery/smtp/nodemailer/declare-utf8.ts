import type SMTPConnection from 'nodemailer/lib/smtp-connection';

/** nodemailer's own method, by which every command is sent. */
const SEND_COMMAND = '_sendCommand';

/**
 * Lets the next MAIL of a connection say SMTPUTF8 (RFC 6531 3.4). nodemailer says it by itself only for an address beyond ASCII in
 * the envelope; a header beyond ASCII needs it as much.
 *
 * @returns a function that takes it back, for a message that came to no MAIL
 * @throws TypeError when this version of nodemailer has no such method: the mail would be sent without the parameter
 */
export function declareUtf8(connection: SMTPConnection): () => void {
  const send: unknown = Reflect.get(connection, SEND_COMMAND);
  if (typeof send !== 'function')
    throw new TypeError('This version of nodemailer cannot be made to say SMTPUTF8');
  // The method of the prototype is in its place again then.
  const takeBack = (): void => void Reflect.deleteProperty(connection, SEND_COMMAND);
  Reflect.set(connection, SEND_COMMAND, (line: string, ...rest: unknown[]): unknown => {
    if (!line.startsWith('MAIL FROM:')) return Reflect.apply(send, connection, [line, ...rest]);
    takeBack();
    const declared = / SMTPUTF8(?: |$)/.test(line) ? line : `${line} SMTPUTF8`;
    return Reflect.apply(send, connection, [declared, ...rest]);
  });
  return takeBack;
}
