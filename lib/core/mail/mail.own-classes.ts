import { MailDelivery } from '../delivery/mail-delivery.js';
import { MailSettingsError } from '../errors/mail-settings-error.js';
import { MailHook } from '../sending/mail-hook.js';
import type { TemplateRenderer } from '../templates/template-renderer.js';

const DELIVERY_METHODS = ['deliver', 'verify', 'close'] as const satisfies (keyof MailDelivery)[];
const HOOK_METHODS = [
  'beforeSend',
  'beforeDelivery',
  'afterSend',
  'onFailure',
] as const satisfies (keyof MailHook)[];

/**
 * Checks what Nest has made of the option `delivery`, or was given as an instance. Only an instance tells: methods may be
 * fields of it.
 *
 * @param mailer name of the mailer; undefined for the one without
 * @throws MailSettingsError when a method is missing
 */
export function checkedDelivery(instance: MailDelivery, mailer: string | undefined): MailDelivery {
  const missing = DELIVERY_METHODS.filter(name => !hasMethod(instance, name));
  if (missing.length === 0) return instance;
  const message = `must be a class that extends MailDelivery, or an instance of one, but has no ${missing.join(', no ')}`;
  throw new MailSettingsError([{ key: 'delivery', message }], { mailer });
}

/**
 * Checks what Nest has made of the option `hooks`, as {@link checkedDelivery} does. One that extends {@link MailHook} may
 * do nothing.
 *
 * @throws MailSettingsError naming each that is none
 */
export function checkedHooks(
  instances: readonly MailHook[],
  mailer: string | undefined,
): readonly MailHook[] {
  const problems = instances.flatMap((hook, index) =>
    hook instanceof MailHook || HOOK_METHODS.some(name => hasMethod(hook, name))
      ? []
      : [
          {
            key: `hooks[${index}]`,
            message: `must be a class that extends MailHook, but has none of ${HOOK_METHODS.join(', ')}`,
          },
        ],
  );
  if (problems.length > 0) throw new MailSettingsError(problems, { mailer });
  return instances;
}

/**
 * Checks what Nest has made of the option `renderer`, as {@link checkedDelivery} does.
 *
 * @throws MailSettingsError when it renders nothing
 */
export function checkedRenderer(instance: TemplateRenderer, mailer: string | undefined): TemplateRenderer {
  if (hasMethod(instance, 'render')) return instance;
  const message = 'must be a class that extends TemplateRenderer, or an instance of one, but has no render';
  throw new MailSettingsError([{ key: 'renderer', message }], { mailer });
}

function hasMethod(instance: unknown, name: string): boolean {
  return (
    typeof instance === 'object' && instance !== null && typeof Reflect.get(instance, name) === 'function'
  );
}
