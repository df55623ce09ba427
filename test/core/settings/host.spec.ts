import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { isAbsolutePath, isDirectoryPath, isWindowsPath } from '../../../lib/core/settings/host.js';
import { resolveMailSettings } from '../../../lib/core/settings/resolve-mail-settings.js';
import { problemsOf, SMTP } from './settings-problems.js';

describe('Host', () => {
  it.each([
    ['smtp.contoso.com', 'smtp.contoso.com'],
    ['SMTP.Contoso.com', 'smtp.contoso.com'],
    [' smtp.contoso.com ', 'smtp.contoso.com'],
    ['smtp.contoso.com.', 'smtp.contoso.com'],
    ['localhost', 'localhost'],
    ['mail_relay', 'mail_relay'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['10.0.0.25', '10.0.0.25'],
    ['::1', '::1'],
    ['[::1]', '::1'],
    ['[2001:db8::25]', '2001:db8::25'],
    ['2001:db8::25', '2001:db8::25'],
  ])('%j is the SMTP server %s', (Host, host) => {
    const resolved = resolveMailSettings({ ...SMTP, Host });
    expect([resolved.delivery, resolved.host]).toEqual(['smtp', host]);
    expect(resolved.pickupDirectory).toBeUndefined();
  });

  it.each([
    ['/var/spool/pickup', '/var/spool/pickup'],
    [' /var/spool/pickup ', '/var/spool/pickup'],
    ['./pickup', resolve('pickup')],
    ['pickup/out', resolve('pickup/out')],
    ['C:/Temp/pickup', 'C:/Temp/pickup'],
    ['C:\\Temp\\pickup', 'C:\\Temp\\pickup'],
    ['\\\\server\\share', '\\\\server\\share'],
  ])('%j is a directory path and so means the pickup directory %s', (Host, directory) => {
    const resolved = resolveMailSettings({ Host });
    expect([resolved.delivery, resolved.pickupDirectory]).toEqual(['pickup', directory]);
  });

  it('that is a directory path needs no FromAddress and ignores the SMTP keys', () => {
    expect(problemsOf({ Host: '/var/pickup', Port: 'x', Password: 'half', SecureSocketOption: 'x' })).toEqual(
      [],
    );
  });

  it('that is a directory path wins over a PickupDirectory that nothing says to use', () => {
    const resolved = resolveMailSettings({ Host: '/from/host', PickupDirectory: '/from/directory' });
    expect(resolved.pickupDirectory).toBe('/from/host');
  });

  it('gives way to PickupDirectory when UseSpecifiedPickupDirectory is true', () => {
    const resolved = resolveMailSettings({
      Host: '/from/host',
      UseSpecifiedPickupDirectory: true,
      PickupDirectory: '/from/directory',
    });
    expect(resolved.pickupDirectory).toBe('/from/directory');
  });

  it.each([
    'smtp://ann:s3cr3t@smtp.contoso.com',
    'ann:s3cr3t@smtp.contoso.com',
    'ann:s3cr3t@smtp.contoso.com:587',
    's3cr3t@smtp.contoso.com:587',
  ])('never has credentials repeated in its problem: %s', Host => {
    const [problem] = problemsOf({ ...SMTP, Host });
    expect(problem?.key).toBe('Host');
    expect(problem?.message).not.toMatch(/s3cr3t|ann/);
    expect(problem?.message).toContain('smtp.contoso.com');
  });
});

describe('paths', () => {
  it('are directory paths when they hold a slash or a backslash', () => {
    expect(['a/b', 'a\\b', 'C:\\', '/'].every(isDirectoryPath)).toBe(true);
    expect(['smtp.contoso.com', '::1', ''].some(isDirectoryPath)).toBe(false);
  });

  it('are Windows paths with a drive or as a share', () => {
    expect(['C:/Temp', 'c:\\Temp', '\\\\server\\share'].every(isWindowsPath)).toBe(true);
    expect(['/C:/Temp', 'C:Temp', 'Temp\\x', '//server'].some(isWindowsPath)).toBe(false);
  });

  it('are absolute here or on Windows', () => {
    expect(['/var', 'C:/Temp', '\\\\server\\share'].every(isAbsolutePath)).toBe(true);
    expect(['var', './var', 'Temp\\x'].some(isAbsolutePath)).toBe(false);
  });
});
