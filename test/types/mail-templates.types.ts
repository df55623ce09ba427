import type {
  BuiltInMailTemplates,
  KnownMailTemplates,
  MailService,
  MailTemplateContext,
  MailTemplateName,
  TemplateMailMessage,
} from 'nest-mailroom';

/* Checked by `npm run typecheck`: each `@ts-expect-error` fails when the line below it compiles. */

/* Nothing here says which templates there are; test/typing/compiled-types.spec.ts compiles with a file that does. */

/** Any name will do, and any context, or none. */
export const name: MailTemplateName = String(1);
export const context: MailTemplateContext = { any: 1 };
export const ofBuiltIn: MailTemplateContext<'notification'> = {};
export const message: TemplateMailMessage = { to: 'ann@contoso.com', template: String(1) };
// @ts-expect-error a context is an object
export const noContext: MailTemplateContext = 1;

/** Built-in mails are known, whether or not the application says what it has. */
export const known: keyof KnownMailTemplates = 'reset-password';
// @ts-expect-error the title is missing
export const notification: BuiltInMailTemplates['notification'] = { lines: ['x'] };

/** A name that comes from elsewhere is one, too. */
export async function render(mail: MailService, template: string): Promise<string> {
  // @ts-expect-error the context of render() is never left out
  await mail.render(template);
  return (await mail.render(template, { a: 1 }, { culture: 'fr' })).subject;
}
