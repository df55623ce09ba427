import type { NotificationContext } from './notification-context.js';

/**
 * The application's own templates and what the context of each must hold. `npx nest-mailroom types` writes a file that
 * fills it in; as long as it is empty, templates are named by any string and take any object.
 */
// oxlint-disable-next-line typescript/no-empty-object-type -- the generated file merges into it
export interface MailTemplates {}

/** The built-in mails and what the context of each must hold. */
export interface BuiltInMailTemplates {
  /** An application notification; `sendNotification()` sends it. */
  notification: NotificationContext;
  /** A link to choose a new password; `sendResetPassword()` makes the link and sends it. */
  'reset-password': {
    displayName: string;
    login?: string;
    resetUrl: string;
    /** Until when the link works: a Date or an ISO 8601 text. */
    expiresAt: Date | string;
    /** @default the option `brand` */
    applicationName?: string;
    /** @default the option `brand` */
    applicationUri?: string;
  };
  /** A new password, in words. */
  'reset-password-one-way': {
    displayName: string;
    login?: string;
    password: string;
    /** Whether the password is temporary. */
    mustChange: boolean;
    /** @default the option `brand` */
    applicationName?: string;
    /** @default the option `brand` */
    applicationUri?: string;
  };
  /** The news that a password was changed. */
  'password-changed': {
    displayName: string;
    login?: string;
    /** A Date or an ISO 8601 text. */
    changedAt: Date | string;
    /** @default the option `brand` */
    applicationName?: string;
    /** @default the option `brand` */
    applicationUri?: string;
  };
}

/** All templates that are known by name: those of the application, and the built-in ones that it does not replace. */
export interface KnownMailTemplates extends MailTemplates, Omit<BuiltInMailTemplates, keyof MailTemplates> {}

/** The name of a template; any string as long as {@link MailTemplates} is empty. */
export type MailTemplateName = [keyof MailTemplates] extends [never] ? string : keyof KnownMailTemplates;

/** What the context of a template must hold; any object as long as {@link MailTemplates} is empty. */
export type MailTemplateContext<Name extends MailTemplateName = MailTemplateName> = [
  keyof MailTemplates,
] extends [never]
  ? object
  : Name extends keyof KnownMailTemplates
    ? KnownMailTemplates[Name]
    : never;
