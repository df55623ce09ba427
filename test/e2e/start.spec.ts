import { describe, expect, it } from '@jest/globals';
import { MailSettingsError, MailTemplateError } from 'nest-mailroom';
import { startMailApp } from '../support/mail-app.js';
import { rejection } from '../support/rejection.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const FROM = { FromAddress: 'no-reply@contoso.com' };

describe('Starting an application', () => {
  it('lists every problem of the settings at once, the pickup directory included, and no password', async () => {
    const error = await rejection(
      startMailApp({
        UseSpecifiedPickupDirectory: true,
        PickupDirectory: '/nowhere/at/all',
        MaxRecipients: 'many',
        PickupFormat: 'Postfix',
        Password: 's3cret-value',
      }),
    );
    expect(error).toBeInstanceOf(MailSettingsError);
    if (!(error instanceof MailSettingsError)) return;
    expect(error.problems.map(problem => problem.key)).toEqual([
      'MaxRecipients',
      'PickupFormat',
      'PickupDirectory',
    ]);
    expect(error.message).toContain('Iis, Exchange');
    expect(error.message).toContain('/nowhere/at/all does not exist');
    expect(error.message).not.toContain('s3cret-value');
  });

  it('names a file that stands where the pickup directory should be', async () => {
    const folder = temporaryDirectory();
    const file = folder.write('pickup', 'a file');
    const error = await rejection(
      startMailApp({ ...FROM, UseSpecifiedPickupDirectory: 'true', PickupDirectory: file }),
    );
    expect(error).toMatchObject({
      problems: [{ key: 'PickupDirectory', message: expect.stringContaining('is not a directory') }],
    });
    folder.remove();
  });

  it('says of a Windows path that it is one', async () => {
    const error = await rejection(
      startMailApp({
        ...FROM,
        UseSpecifiedPickupDirectory: true,
        PickupDirectory: 'C:/Temp/identitymanagerContosoPickup',
      }),
    );
    expect(error).toMatchObject({
      problems: [{ key: 'PickupDirectory', message: expect.stringContaining('is a Windows path') }],
    });
  });

  it('takes a directory in Host as the pickup directory and names Host when it is missing', async () => {
    const folder = temporaryDirectory();
    const app = await startMailApp({ ...FROM, Host: folder.path });
    expect((await app.mail.send({ subject: 's', to: 'ann@contoso.com', text: 't' })).status).toBe('written');
    await app.close();
    const error = await rejection(startMailApp({ ...FROM, Host: `${folder.path}/gone` }));
    expect(error).toMatchObject({
      problems: [{ key: 'Host', message: expect.stringContaining('does not exist') }],
    });
    folder.remove();
  });

  it('does not need the mail server', async () => {
    const app = await startMailApp({ ...FROM, Host: '127.0.0.1', Port: 1 });
    expect(app.mail).toBeDefined();
    await app.close();
  });

  it('warns once about unknown keys with the nearest known one, and about EnableSsl', async () => {
    const app = await startMailApp({ ...FROM, Host: '127.0.0.1', Prot: 587, EnableSsl: true });
    expect(app.logger.warnings).toEqual([
      'Unknown mail settings are ignored: "Prot" (did you mean Port?)',
      'EnableSsl is deprecated; write SecureSocketOption "StartTls" instead.',
    ]);
    await app.close();
  });

  it('warns when a password would be sent in clear because the administrator wrote None', async () => {
    const app = await startMailApp({
      ...FROM,
      Host: 'smtp.contoso.com',
      SecureSocketOption: 'None',
      Username: 'ann',
      Password: 's3cret-value',
    });
    expect(app.logger.warnings).toEqual([expect.stringContaining('sent in clear')]);
    expect(app.logger.lines.join('\n')).not.toContain('s3cret-value');
    await app.close();
  });

  it('stops at a template with a syntax error, naming file, line and column', async () => {
    const folder = temporaryDirectory();
    const file = folder.write('broken/html.en.hbs', '<p>ok</p>\n<p>{{#if a}}x{{/each}}</p>\n');
    const error = await rejection(
      startMailApp({ ...FROM, Host: '127.0.0.1' }, { templates: { directories: [folder.path] } }),
    );
    expect(error).toBeInstanceOf(MailTemplateError);
    expect(error).toMatchObject({
      code: 'EMAILTEMPLATESYNTAX',
      file,
      line: 2,
      message: expect.stringContaining(file),
    });
    folder.remove();
  });

  it('stops at a template directory that does not exist, and says how the build copies templates', async () => {
    const error = await rejection(
      startMailApp({ ...FROM, Host: '127.0.0.1' }, { templates: { directories: ['/nowhere/templates'] } }),
    );
    expect(error).toBeInstanceOf(MailTemplateError);
    expect(error).toMatchObject({
      code: 'EMAILTEMPLATEDIRECTORY',
      message: expect.stringMatching(/nest-cli\.json/),
    });
  });

  it('names the key of the pickup directory as the administrator wrote it', async () => {
    const error = await rejection(
      startMailApp({
        fromAddress: 'a@contoso.com',
        useSpecifiedPickupDirectory: true,
        pickupDirectory: '/nope',
      }),
    );
    expect(error).toMatchObject({ problems: [{ key: 'pickupDirectory' }] });
    expect(await rejection(startMailApp({ fromAddress: 'a@contoso.com', host: '/nope' }))).toMatchObject({
      problems: [{ key: 'host' }],
    });
  });

  it('suppresses mails with Enabled=false also when nobody is named as their author', async () => {
    const app = await startMailApp({ Enabled: false });
    const receipt = await app.mail.sendNotification({ to: 'ann@contoso.com', title: 't', lines: [] });
    expect(receipt).toMatchObject({
      status: 'suppressed',
      dropped: [{ address: 'ann@contoso.com', rule: 'disabled' }],
    });
    await app.close();
  });

  it('needs nothing else with Enabled=false, and then sends, writes and connects nothing', async () => {
    const app = await startMailApp({ Enabled: 'false' });
    const receipt = await app.mail.send({
      subject: 's',
      to: 'ann@contoso.com',
      cc: 'bob@contoso.com',
      from: 'me@contoso.com',
      text: 't',
    });
    expect(receipt).toMatchObject({
      status: 'suppressed',
      accepted: [],
      envelope: { to: [] },
      dropped: [
        { address: 'ann@contoso.com', field: 'to', rule: 'disabled' },
        { address: 'bob@contoso.com', field: 'cc', rule: 'disabled' },
      ],
    });
    await expect(app.mail.verify()).resolves.toBeUndefined();
    await app.close();
  });
});
