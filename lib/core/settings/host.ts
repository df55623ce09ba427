import { isIP } from 'node:net';
import { isAbsolute, resolve, win32 } from 'node:path';
import { normalizeDomain } from '../address/domain-name.js';
import { parseUrl } from '../address/parse-url.js';
import { SettingValueError, shown, text } from './setting-parsers.js';

/** Whether a `Host` is a directory path and so means the pickup directory. */
export function isDirectoryPath(host: string): boolean {
  return /[/\\]/.test(host);
}

/** Whether a path is absolute on Windows, whatever the system: `C:/Temp`, `\\server\share`. */
export function isWindowsPath(path: string): boolean {
  return /^[a-z]:[/\\]/i.test(path) || path.startsWith('\\\\');
}

/** Whether a path is absolute on this system or on Windows, and so must not be resolved against a folder. */
export function isAbsolutePath(path: string): boolean {
  return isAbsolute(path) || isWindowsPath(path);
}

/** Makes a directory path absolute; a Windows path stays as it is on every system. */
export function absoluteDirectory(path: string, base: string): string {
  if (isWindowsPath(path)) return process.platform === 'win32' ? win32.resolve(path) : path;
  return resolve(base, path);
}

/**
 * Reads `Host`: a host name, an IP address (IPv6 with or without brackets) or a directory path.
 *
 * @throws {@link SettingValueError} saying what to write instead
 */
export function parseHost(value: unknown): string {
  const written = text(value).trim();
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(written)) {
    throw new SettingValueError(
      `must be a host name or a directory path, not a URL; write ${shown(hostOfUrl(written))}`,
    );
  }
  if (isDirectoryPath(written)) return written;
  // What stands before an @ may be a password.
  const address = written.slice(written.lastIndexOf('@') + 1);
  if (address !== written) {
    throw new SettingValueError(
      `must be only a host name, without what stands before the @; write ${shown(address.replace(/:\d+$/, '') || 'smtp.contoso.com')} and the login as Username and Password`,
    );
  }
  const bare = /^\[(.*)\]$/.exec(written)?.[1] ?? written;
  if (isIP(bare) !== 0) return bare;
  const withPort = /^(.+):(\d+)$/.exec(written);
  if (withPort) {
    throw new SettingValueError(
      `must not hold the port; write Host ${shown(withPort[1])} and Port ${withPort[2]}`,
    );
  }
  const name = normalizeDomain(bare.endsWith('.') ? bare.slice(0, -1) : bare);
  if (name === undefined)
    throw new SettingValueError(`is no host name, IP address or directory path: ${shown(written)}`);
  return name;
}

function hostOfUrl(url: string): string {
  return parseUrl(url)?.hostname || 'smtp.contoso.com';
}
