const CR = 0x0d;
const LF = 0x0a;
const DOT = 0x2e;

/** Whether all lines end with CRLF, the last one too, and none begins with a dot (RFC 5321 4.5.2, 2.3.8). */
export function isReadyToSend(message: Buffer): boolean {
  const { length } = message;
  if (length < 2 || message[0] === DOT || message[length - 1] !== LF) return false;
  for (let index = 0; index < length; index++) {
    const octet = message[index] ?? 0;
    if (octet > CR) continue;
    if (octet === CR) {
      if (message[index + 1] !== LF || message[index + 2] === DOT) return false;
      index++;
    } else if (octet === LF) return false;
  }
  return true;
}
