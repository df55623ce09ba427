export { MailModule } from './mail.module.js';
export { MailService } from './mail.service.js';
export { InjectMail, mailServiceToken } from './mail.decorators.js';
export { MailDelivery } from './delivery/mail-delivery.js';
export { TemplateRenderer } from './templates/template-renderer.js';
export { MailHook, MailVeto } from './hooks/mail-hook.js';
export { appsettings } from './settings/appsettings.js';
export { resolveMailSettings } from './settings/resolve-mail-settings.js';
export { MailError } from './errors/mail-error.js';
export { MailSettingsError } from './errors/mail-settings-error.js';
export { MailTemplateError } from './errors/mail-template-error.js';
export { MailMessageError } from './errors/mail-message-error.js';
export { MailDeliveryError } from './errors/mail-delivery-error.js';
export { MAIL_ERROR_CODES } from './errors/mail-error-code.js';

export type { MailErrorCode } from './errors/mail-error-code.js';
export type { MailSettingsProblem } from './errors/mail-settings-error.js';
export type { MailTemplateErrorCode, MailTemplateErrorDetails } from './errors/mail-template-error.js';
export type { MailMessageErrorCode } from './errors/mail-message-error.js';
export type {
  MailDeliveryErrorCode,
  MailDeliveryErrorDetails,
  MailDeliveryPhase,
  RejectedRecipient,
} from './errors/mail-delivery-error.js';
export type {
  MailFallbackFactory,
  MailModuleAsyncOptions,
  MailModuleOptions,
  MailSettingsFactory,
} from './mail.module-options.js';
export type { RetryBackoff, RetryOptions } from './dispatch/retry-policy.js';
export type { SendOptions } from './mail.send-guard.js';
export type {
  MailSettings,
  MailSettingsInput,
  MaxRecipientsOverflow,
  PasswordResetSettings,
  PickupFormat,
  SecureSocketOption,
} from './settings/mail-settings.js';
export type {
  ResolvedMailSettings,
  ResolvedPasswordResetSettings,
} from './settings/resolved-mail-settings.js';
export type { MailboxInput } from './address/mailbox.js';
export type {
  AttachmentDescription,
  ContentMailMessage,
  MailAttachment,
  MailMessage,
  MailMessageBase,
  MailPriority,
  MailboxList,
  TemplateMailMessage,
  TemplateMailMessageBase,
  TypedTemplateMailMessage,
  UntypedTemplateMailMessage,
} from './message/mail-message.js';
export type {
  BuiltInMailTemplates,
  KnownMailTemplates,
  MailTemplateContext,
  MailTemplateName,
  MailTemplates,
} from './message/mail-templates.js';
export type { MailNotification } from './message/mail-notification.js';
export type { NotificationContext, NotificationSeverity } from './message/notification-context.js';
export type { ResetPasswordMail } from './message/reset-password-mail.js';
export type { ComposedMail, MailEnvelope } from './message/composed-mail.js';
export type { DropRule, DroppedRecipient } from './message/recipient-policy.js';
export type { RecipientField } from './message/recipients.js';
export type {
  DeliverOptions,
  DeliveryOutcome,
  MailBacklog,
  VerifyOptions,
} from './delivery/mail-delivery.js';
export type { CheckOptions, VerifyMailOptions } from './mail.bounded-check.js';
export type { MailReceipt } from './delivery/mail-receipt.js';
export type { SmtpOptions } from './delivery/smtp/smtp-options.js';
export type { MailBrand, MailBrandColors } from './templates/mail-brand.js';
export type {
  DateValue,
  DurationValue,
  LinkValue,
  NumberValue,
  PrintableValue,
} from './templates/template-values.js';
export type { RenderOptions, RenderedAttachment, RenderedMail } from './templates/template-renderer.js';
export type { TemplateHelper, TemplateOptions } from './templates/template-options.js';
