/** Hides who is meant: logs are read by more people than mails are. `ann@contoso.com` becomes `a***@contoso.com`. */
export function maskAddresses(text: string): string {
  return text.replace(/([^\s<>"'(),:;@])[^\s<>"'(),:;@]{0,63}@(?=[^\s<>"'(),:;@])/gu, '$1***@');
}
