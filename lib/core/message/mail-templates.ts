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
    /** Who asked for the reset. @default 'user' */
    requestedBy?: 'user' | 'administrator';
    /** From where it was asked for, in words, such as an IP address. @default not said */
    requestedFrom?: string;
    /** When it was asked for. @default not said */
    requestedAt?: Date | string;
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
    /** From where, in words, such as an IP address. @default not said */
    requestedFrom?: string;
    /** @default the option `brand` */
    applicationName?: string;
    /** @default the option `brand` */
    applicationUri?: string;
  };
  /** A link by which somebody confirms an e-mail address. */
  'verify-address': {
    displayName: string;
    /** The link; it is treated as a secret. */
    verifyUrl: string;
    /** Until when the link works. @default not said */
    expiresAt?: Date | string;
    /** The address that is to be confirmed. @default not said */
    address?: string;
    /** @default the option `brand` */
    applicationName?: string;
    /** @default the option `brand` */
    applicationUri?: string;
  };
  /** An invitation, with a link that accepts it. */
  invitation: {
    /** @default a greeting without a name */
    displayName?: string;
    /** Name of the person who invites. @default not said */
    invitedBy?: string;
    /** The link; it is treated as a secret. */
    acceptUrl: string;
    /** Until when the link works: a Date or an ISO 8601 text. */
    expiresAt: Date | string;
    /** What that person has written. @default nothing */
    message?: string;
    /** @default the option `brand` */
    applicationName?: string;
    /** @default the option `brand` */
    applicationUri?: string;
  };
  /** The news that an account is locked. */
  'account-locked': {
    displayName: string;
    login?: string;
    /** A Date or an ISO 8601 text. */
    lockedAt: Date | string;
    /** When it is unlocked by itself. @default not said */
    unlockAt?: Date | string;
    /** Why, in words of the mail's language. @default not said */
    reason?: string;
    /** From where, in words, such as an IP address. @default not said */
    requestedFrom?: string;
    /** A link that unlocks it; it is treated as a secret. @default none */
    unlockUrl?: string;
    /** @default the option `brand` */
    applicationName?: string;
    /** @default the option `brand` */
    applicationUri?: string;
  };
  /** The news that something by which somebody signs in was added, removed or changed. */
  'credential-changed': {
    displayName: string;
    login?: string;
    credential: 'second-factor' | 'address' | 'key';
    change: 'added' | 'removed' | 'changed';
    /** A Date or an ISO 8601 text. */
    changedAt: Date | string;
    /** From where, in words, such as an IP address. @default not said */
    requestedFrom?: string;
    /** Which one, such as the name of the key. @default not said */
    detail?: string;
    /** @default the option `brand` */
    applicationName?: string;
    /** @default the option `brand` */
    applicationUri?: string;
  };
  /** The news that an administrator has reset a password, with a link to choose one or with a temporary one. */
  'password-reset-by-administrator': {
    displayName: string;
    login?: string;
    /** The link to choose a new password. @default none */
    resetUrl?: string;
    /** A temporary password, where there is no link. @default none */
    password?: string;
    /** Until when the link or the password works. @default not said */
    expiresAt?: Date | string;
    /** Name of the administrator. @default not said */
    requestedBy?: string;
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
