/**
 * Commands of other programs that the pages show, and those of their options that the pages use, as their manuals spell
 * them. A page that misspells one, and a line here that no page needs any more, are found by a test.
 */
export const FOREIGN_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  // The cmdlets of Exchange, Active Directory and PowerShell.
  'Add-MailboxPermission': ['-Identity', '-User', '-AccessRights'],
  'Add-RecipientPermission': ['-Identity', '-Trustee', '-AccessRights'],
  'Connect-ExchangeOnline': ['-Organization'],
  'Format-List': [],
  'Get-CASMailbox': ['-Identity'],
  'Get-DkimSigningConfig': ['-Identity'],
  'Get-ReceiveConnector': ['-Identity'],
  'Get-ServicePrincipal': ['-Identity'],
  'Get-TransportConfig': [],
  'Import-Module': [],
  'Install-Module': ['-Name'],
  'New-ADServiceAccount': ['-Name', '-DNSHostName', '-PrincipalsAllowedToRetrieveManagedPassword'],
  'New-DkimSigningConfig': ['-DomainName', '-KeySize', '-Enabled'],
  'New-ServicePrincipal': ['-AppId', '-ObjectId', '-DisplayName'],
  'Set-CASMailbox': ['-Identity', '-SmtpClientAuthenticationDisabled'],
  'Set-DkimSigningConfig': ['-Identity', '-Enabled'],
  'Set-ReceiveConnector': ['-Identity', '-AuthMechanism', '-PermissionGroups'],
  // Programs of Windows.
  ktpass: ['/princ', '/mapuser', '/pass', '/crypto', '/ptype', '/out'],
  setspn: ['-Q'],
  // Programs of Linux. What begins a command after `--` or in quotes is not looked at.
  k5start: ['-U', '-f', '--'],
  kadmin: ['-q'],
  kinit: ['-k', '-t'],
  klist: ['-k'],
  'opendkim-genkey': ['-b', '-d', '-s'],
  'openssl genpkey': ['-algorithm', '-pkeyopt', '-out'],
  'openssl rand': ['-base64'],
  'openssl req': ['-x509', '-newkey', '-sha256', '-days', '-noenc', '-subj', '-keyout', '-out'],
  'openssl x509': ['-in', '-noout', '-enddate', '-fingerprint', '-sha1'],
};

/** The command of {@link FOREIGN_OPTIONS} that the words of a line begin with. */
export function foreignCommand(words: readonly string[]): string | undefined {
  return [words.slice(0, 2).join(' '), words[0] ?? ''].find(name => Object.hasOwn(FOREIGN_OPTIONS, name));
}

/** The options among the words of a command, up to what another command begins with. */
export function optionsOf(command: string, words: readonly string[]): string[] {
  const last = words.indexOf('--');
  const mark = command === 'ktpass' ? '/' : '-';
  return (last < 0 ? words : words.slice(0, last + 1)).filter(word => word.startsWith(mark));
}
