/** Injection token of what was handed to `forRoot`: the settings before they are checked. */
export const MAIL_SETTINGS_INPUT = Symbol('MAIL_SETTINGS_INPUT');
/** Injection token of the checked settings of one mailer. */
export const MAIL_SETTINGS = Symbol('MAIL_SETTINGS');
/** Injection token of the module options of one mailer. */
export const MAIL_OPTIONS = Symbol('MAIL_OPTIONS');
/** Injection token of the renderer that the application brings along (option `renderer`). */
export const MAIL_OWN_RENDERER = Symbol('MAIL_OWN_RENDERER');
/** Injection token of the hooks of one mailer. */
export const MAIL_HOOKS = Symbol('MAIL_HOOKS');
/** Injection token of everybody who observes the sends of one mailer. */
export const MAIL_OBSERVERS = Symbol('MAIL_OBSERVERS');
/** Injection token of what a preview observes with; an application has it where it imports the preview. */
export const MAIL_PREVIEW_OBSERVER = Symbol('MAIL_PREVIEW_OBSERVER');
/** Injection token of what a test observes with; an application has it where it imports the test kit. */
export const MAIL_TEST_OBSERVER = Symbol('MAIL_TEST_OBSERVER');
/** Injection token of a delivery that takes the place of every other one in an application, as in tests. */
export const MAIL_INTERCEPTOR = Symbol('MAIL_INTERCEPTOR');
/** Injection token of the settings of the fallback, before they are checked. */
export const MAIL_FALLBACK_INPUT = Symbol('MAIL_FALLBACK_INPUT');
/** Injection token of the delivery that a fallback stands behind. */
export const MAIL_PRIMARY_DELIVERY = Symbol('MAIL_PRIMARY_DELIVERY');
/** Injection token of the checked settings of one mailer and of its fallback. */
export const MAIL_CHECKED_SETTINGS = Symbol('MAIL_CHECKED_SETTINGS');
/** Injection token of what a registry brings to a mailer; nobody provides it to the mailers of `forRoot`. */
export const MAIL_REGISTERED = Symbol('MAIL_REGISTERED');
/** Injection token of the options of a registry of mailers. */
export const MAIL_REGISTRY_OPTIONS = Symbol('MAIL_REGISTRY_OPTIONS');
/** Injection token of the templates of the mailers of a registry that bring none of their own. */
export const MAIL_REGISTRY_RENDERER = Symbol('MAIL_REGISTRY_RENDERER');
/** Injection token of what ends a mailer with the application although its module was loaded while that ran. */
export const MAIL_LATE_SHUTDOWN = Symbol('MAIL_LATE_SHUTDOWN');
