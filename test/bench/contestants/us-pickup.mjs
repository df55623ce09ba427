import { burst } from '../burst.mjs';
import { contextOf, FROM, recipientsOf } from '../mail/reset-mail.mjs';
import { TEMPLATE } from '../mail/template-folders.mjs';
import { openOurApp } from './our-app.mjs';

/**
 * This package with a pickup directory.
 *
 * @param {{ directory: string, folders: import('../mail/template-folders.mjs').TemplateFolders, fsync: boolean }} options where and how
 */
export async function open({ directory, folders, fsync }) {
  const { app, mail } = await openOurApp(
    { UseSpecifiedPickupDirectory: true, PickupDirectory: directory, FromAddress: FROM },
    { templates: { directories: [folders.ours] }, pickup: { fsync } },
  );
  const send = n => mail.send({ to: recipientsOf(n, 1), template: TEMPLATE, context: contextOf(n) });
  return { run: (count, { inFlight }) => burst(count, send, inFlight), close: () => app.close() };
}
