/**
 * Names that the configuration files of other programs may hold on the pages, as their manuals spell them: section and
 * name with `/` between, `*` for what an administrator chooses.
 */
export const CONFIG_NAMES: Readonly<Record<string, readonly string[]>> = {
  'krb5.conf': ['[libdefaults]/default_realm', '[libdefaults]/rdns', '[realms]/*/kdc', '[domain_realm]/*'],
  'dovecot.conf': [
    'auth_mechanisms',
    'auth_gssapi_hostname',
    'auth_krb5_keytab',
    'service auth/unix_listener */mode',
    'service auth/unix_listener */user',
    'service auth/unix_listener */group',
  ],
  'main.cf': [
    'milter_default_action',
    'non_smtpd_milters',
    'smtpd_milters',
    'smtpd_relay_restrictions',
    'smtpd_sasl_auth_enable',
    'smtpd_sasl_path',
    'smtpd_sasl_security_options',
    'smtpd_sasl_type',
    'smtpd_tls_auth_only',
  ],
  'opendkim.conf': ['Domain', 'InternalHosts', 'KeyFile', 'Mode', 'OversignHeaders', 'Selector', 'Socket'],
  'smtpd.conf': ['keytab', 'mech_list'],
  'identity.service': ['[Service]/User', '[Service]/RuntimeDirectory', '[Service]/Environment'],
};

/** What stands between a name and its value. */
const SEPARATORS: Readonly<Record<string, RegExp>> = { 'opendkim.conf': / /, 'smtpd.conf': /: / };

/**
 * The names that a configuration file sets, each with its section before it.
 *
 * @throws Error when a line is none that such files have, or a brace has no partner
 */
export function configNames(file: string, text: string): string[] {
  const separator = SEPARATORS[file] ?? /\s*=\s*/;
  const names: string[] = [];
  let section: string[] = [];
  let groups: string[] = [];
  for (const line of text.split('\n').map(one => one.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    if (/^\[\w+\]$/.test(line) && groups.length === 0) section = [line];
    else if (line === '}' && groups.length > 0) groups = groups.slice(0, -1);
    else if (line.endsWith('{')) groups = [...groups, line.slice(0, -1).replace(/=\s*$/, '').trim()];
    else {
      const [name = '', ...value] = line.split(separator);
      if (name === '' || value.join('').trim() === '') throw new Error(`${file} has a line "${line}"`);
      names.push([...section, ...groups, name].join('\0'));
    }
  }
  if (groups.length > 0) throw new Error(`${file} does not end "${groups.join(' ')}"`);
  return names;
}

/** The entry of {@link CONFIG_NAMES} that allows a name. */
export function allowedBy(file: string, name: string): string | undefined {
  const parts = name.split('\0');
  return CONFIG_NAMES[file]?.find(entry => {
    const wanted = entry.split('/');
    return wanted.length === parts.length && wanted.every((part, index) => isLike(part, parts[index] ?? ''));
  });
}

/** Whether a part is that of the table, in which a `*` at the end stands for one word. */
function isLike(wanted: string, part: string): boolean {
  if (!wanted.endsWith('*')) return wanted === part;
  const before = wanted.slice(0, -1);
  return part.startsWith(before) && /^\S+$/.test(part.slice(before.length));
}
