import { describe, expect, it } from '@jest/globals';
import { MailRedactor } from '../../../lib/core/redaction/mail-redactor.js';

const SECRET = 'Zebra-Quartz-4711';
const LINK = 'https://id.example.com/reset?user=ann&token=Xy%2fZ-0987654321';
const TEXT = `Hello Ann,\nyour password is ${SECRET} and the link ${LINK}. Ask your administrator.`;
const HTML = `<p>Hello <b>Ann</b></p><a href="${LINK.replace('&', '&amp;')}">choose</a> f&#xFC;r Gr&uuml;&szlig;e`;

function redactorOf(secrets: readonly string[] = [], texts: readonly string[] = [TEXT, HTML]) {
  return new MailRedactor({
    secrets,
    texts: () => texts,
    mayHold: pieces => pieces.some(piece => texts.join('\n').toLowerCase().includes(piece)),
    shown: () => [
      'noreply@contoso-mail.example',
      'ann.with.a.long.name@example.com',
      '<0123456789ab@x.example>',
    ],
  });
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const inTwoLines = (text: string, at = 9): string => `${text.slice(0, at)}\r\n554 5.7.1 ${text.slice(at)}`;

describe('Of what a server has said', () => {
  it.each([
    ['as it is', `554 5.7.1 spam ${SECRET} found`, '554 5.7.1 spam *** found'],
    ['with other letters', `554 5.7.1 spam ${SECRET.toUpperCase()} found`, '554 5.7.1 spam *** found'],
    ['with a blank in it', '554 5.7.1 spam Zebra-Qua rtz-4711 found', '554 5.7.1 spam *** found'],
    [
      'cut over two lines',
      `554-5.7.1 spam ${inTwoLines(SECRET)} found`,
      '554-5.7.1 spam ***\r\n554 5.7.1 *** found',
    ],
    ['in base64', `554 spam ${base64(SECRET)} found`, '554 spam *** found'],
    [
      'in base64, cut over two lines',
      `554-5.7.1 spam ${inTwoLines(base64(SECRET), 11)} found`,
      '554-5.7.1 spam ***\r\n554 5.7.1 *** found',
    ],
    ['for a URL', `554 spam ${encodeURIComponent(`<${SECRET}>`)}`, '554 spam %3C***%3E'],
    ['as a piece of it', '554 spam Zebra-Quartz-4', '554 spam ***'],
    ['in quotes', `554 spam "${SECRET}", sorry`, '554 spam "***", sorry'],
  ])('a long word of the mail is hidden %s', (_, said, shown) => {
    expect(redactorOf().redact(said)).toBe(shown);
  });

  it.each([
    [
      'without its scheme',
      '554 bad id.example.com/reset?user=ann&token=Xy%2fZ-0987654321 in it',
      '554 bad *** in it',
    ],
    ['as it is', `554 bad ${LINK} in it`, '554 bad *** in it'],
    ['in capitals', '554 bad ID.EXAMPLE.COM/RESET?USER=ANN&TOKEN=XY%2FZ-0987654321', '554 bad ***'],
    ['decoded', '554 bad id.example.com/reset?user=ann&token=Xy/Z-0987654321', '554 bad ***'],
    ['as HTML has it', '554 bad id.example.com/reset?user=ann&amp;token=Xy%2FZ-0987654321', '554 bad ***'],
    [
      'as quoted-printable text has it',
      '554 bad id.example.com/reset?user=3Dann&token=3DXy%2fZ-0987654321',
      '554 bad ***',
    ],
    ['from its token on', '554 bad token=Xy%2fZ-0987654321', '554 bad ***'],
  ])('a link of the mail is hidden %s', (_, said, shown) => {
    expect(redactorOf().redact(said)).toBe(shown);
  });

  it('a line of the encoded mail is hidden, wherever base64 was begun', () => {
    const encoded = base64(`x: ${TEXT}`);
    for (const start of [1, 2, 3, 4]) {
      const said = `554 line ${encoded.slice(start, start + 60)}`;
      expect(redactorOf().redact(said)).not.toContain(base64(`x: ${TEXT}`).slice(44, 56));
    }
  });

  it.each([
    '550 5.1.1 <ann.with.a.long.name@example.com>: user unknown',
    '550 5.1.1 ann.with.a.long.name: no such mailbox at contoso-mail.example',
    '250 2.0.0 Ok: queued as 4c7Xyz0123',
    '250 2.0.0 Ok: queued as 4c7Xyz0123456789',
    '250 2.6.0 <0123456789ab@x.example> Queued mail for delivery',
    '451 4.7.1 Greylisted, see https://www.example.org/greylisting',
    '451 4.7.1 Blocked, see https://id.example.com/help-for-senders',
    '421 4.4.2 mx.example.net Error: timeout exceeded',
    '250 2.6.0 <0123456789ab@x.example> [InternalId=3012345678901, Hostname=AM0PR01.prod.example] 12345 bytes in 0.123, 98.765 KB/sec Queued mail for delivery',
  ])('what the mail does not hold, and its addresses, are shown: %s', said => {
    const mailed = `${TEXT} ann.with.a.long.name@example.com https://www.example.com`;
    expect(redactorOf([], [mailed]).redact(said)).toBe(said);
  });

  it.each([
    ['beside the name of the mail', `250 2.6.0 <0123456789ab@x.example> took ${SECRET}`],
    ['as the name of a mail', `250 2.6.0 <${SECRET}> Queued mail for delivery`],
    ['behind an equals sign', `250 2.6.0 took [InternalId=3012345678901, Text=${SECRET}]`],
    ['as quoted-printable text', '250 2.6.0 took =5A=65=62=72=61=2D=51=75=61=72=74=7A=2D=34=37=31=31'],
    ['as the last of many words', `250 2.6.0 took ${'some words of a server '.repeat(15)} ${SECRET}`],
  ])('a reply that takes the mail shows no word of it %s', (_, said) => {
    const shown = redactorOf().redact(said);
    expect(shown).toMatch(/\*\*\*/);
    expect(shown).not.toMatch(/quartz|4711|=51=75/i);
  });

  it('an ordinary word that the mail holds, too, is hidden, codes and all others are not', () => {
    expect(redactorOf().redact('450 4.2.1 try later or ask the administrator')).toBe(
      '450 4.2.1 try later or ask the ***',
    );
  });

  it('letters beyond ASCII are compared, too', () => {
    const redactor = redactorOf([], ['Kennwort: Größe-Übermut-ÄÖ']);
    expect(redactor.redact('554 Kennwort größe-übermut-äö?')).toBe('554 Kennwort ***?');
    expect(redactor.redact(`554 ${encodeURIComponent('Größe-Übermut-ÄÖ')}`)).toBe('554 ***');
    expect(redactor.redact(`554 ${base64('Größe-Übermut-ÄÖ')}`)).toBe('554 ***');
  });
});

describe('Named secrets', () => {
  it.each([
    ['hunter2', '554 hunter2 is bad', '554 *** is bad'],
    ['hunter2', '554 my HUNTER2!', '554 my ***!'],
    ['hunter2', '554-5.7.1 hun\r\n554 5.7.1 ter2', '554-5.7.1 ***\r\n554 5.7.1 ***'],
    ['hunter2', `554 ${base64('x=hunter2&y')}`, '554 eD***Jnk='],
    ['two words', '554 two words, twowords', '554 ***, ***'],
    ['1234', '554 1234 5.1234', '554 *** 5.***'],
    ['1234', '554 id 812345', '554 id 812345'],
    ['1234', `554 ${base64('1234')} x`, '554 *** x'],
    ['554', '554 5.5.4 554', '554 5.5.4 ***'],
    ['a.c', '554 abc a.c', '554 abc ***'],
    ['  ', '554 a  b', '554 a  b'],
  ])('%j is hidden in %j', (secret, said, shown) => {
    expect(redactorOf([secret], []).redact(said)).toBe(shown);
  });

  it('are hidden beside others that are longer than any reply', () => {
    const long = Array.from({ length: 200 }, (_, index) => `${index}${'a'.repeat(1_000_000)}`);
    expect(redactorOf([...long, 's3cret!'], []).redact('554 s3cret!')).toBe('554 ***');
  });

  it('are hidden in the shortest reply', () => {
    expect(redactorOf(['s3cret!'], []).redact('250 s3cret!')).toBe('250 ***');
  });
});

describe('The work', () => {
  it('stays small for texts that are made to cost', () => {
    const texts = [`${'a'.repeat(500_000)} ${'ab'.repeat(250_000)}`];
    const redactor = redactorOf([], texts);
    expect(redactor.redact(`554 ${'a'.repeat(60_000)}`)).toBe('554 ***');
    expect(redactor.redact(`554 ${'%61'.repeat(20_000)}`)).toBe('554 ***');
    expect(redactor.redact('554 x\n'.repeat(10_000))).toContain('554 x');
  });

  it('is done once for thousands of replies about a long mail, each with other words', () => {
    const redactor = redactorOf([], [`${'lorem ipsum '.repeat(200_000)} ${SECRET}`]);
    for (let count = 0; count < 5000; count++) {
      const said = `250 2.1.5 recipient-number-${count * 7919} is taken`;
      expect(redactor.redact(said)).toBe(said);
    }
    expect(redactor.redact(`554 ${SECRET}`)).toBe('554 ***');
  });
});
