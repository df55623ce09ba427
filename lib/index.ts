export { MailModule } from './core/mail/mail.module.js';
export { MailService } from './core/mail/mail.service.js';
export { MailerRegistry } from './core/mail/registry/mailer-registry.js';
export { InjectMail, mailServiceToken } from './core/mail/mail.decorators.js';
export { MailDelivery } from './core/delivery/mail-delivery.js';
export { TemplateRenderer } from './core/templates/template-renderer.js';
export { MailHook, MailVeto } from './core/sending/mail-hook.js';
export { appsettings } from './core/settings/appsettings.js';
export { resolveMailSettings } from './core/settings/resolve-mail-settings.js';
export { MailError } from './core/errors/mail-error.js';
export { MailSettingsError } from './core/errors/mail-settings-error.js';
export { MailTemplateError } from './core/errors/mail-template-error.js';
export { MailMessageError } from './core/errors/mail-message-error.js';
export { MailDeliveryError } from './core/errors/mail-delivery-error.js';
export { MailRegistryError } from './core/errors/mail-registry-error.js';
export { MAIL_ERROR_CODES } from './core/errors/mail-error-code.js';

export type { MailErrorCode } from './core/errors/mail-error-code.js';
export type { MailSettingsProblem } from './core/errors/mail-settings-error.js';
export type { MailTemplateErrorCode, MailTemplateErrorDetails } from './core/errors/mail-template-error.js';
export type { MailRegistryErrorCode } from './core/errors/mail-registry-error.js';
export type { MailMessageErrorCode } from './core/errors/mail-message-error.js';
export type {
  MailDeliveryErrorCode,
  MailDeliveryErrorDetails,
  MailDeliveryPhase,
  RejectedRecipient,
} from './core/errors/mail-delivery-error.js';
export type {
  MailFallbackFactory,
  MailModuleAsyncOptions,
  MailModuleOptions,
  MailSettingsFactory,
} from './core/mail/mail.module-options.js';
export type { MailerOptions, MailRegistryOptions } from './core/mail/registry/mailer-registry-options.js';
export type { RetryBackoff, RetryOptions } from './core/sending/retry-policy.js';
export type { SendManyOptions, SendManyProgress } from './core/sending/send-many-options.js';
export type { QueueSendOptions } from './core/sending/queue-options.js';
export type { SendOptions } from './core/sending/send-options.js';
export type { SentMail, SentMailBase, SentMailError, SentMailReceipt } from './core/sending/sent-mail.js';
export type { CheckedMailSettings } from './core/settings/checked-mail-settings.js';
export type {
  DkimSettings,
  MailSettings,
  MailSettingsInput,
  MaxRecipientsOverflow,
  OAuth2Settings,
  PasswordResetSettings,
  PickupFormat,
  SecureSocketOption,
} from './core/settings/mail-settings.js';
export type {
  ResolvedMailSettings,
  ResolvedPasswordResetSettings,
} from './core/settings/resolved-mail-settings.js';
export type {
  OAuth2GrantType,
  OAuth2Mechanism,
  ResolvedOAuth2,
} from './core/settings/oauth2/resolved-oauth2.js';
export type { ResolvedDkimKey } from './core/settings/dkim/dkim-setting.js';
export type { MailboxInput } from './core/address/mailbox.js';
export type {
  AttachmentDescription,
  ContentMailMessage,
  DsnNotify,
  MailAlternative,
  MailAttachment,
  MailDsn,
  MailMessage,
  MailMessageBase,
  MailPriority,
  MailUnsubscribe,
  MailboxList,
  TemplateMailMessage,
  TemplateMailMessageBase,
  TypedTemplateMailMessage,
  UntypedTemplateMailMessage,
} from './core/message/mail-message.js';
export type {
  BuiltInMailTemplates,
  KnownMailTemplates,
  MailTemplateContext,
  MailTemplateName,
  MailTemplates,
} from './core/message/mail-templates.js';
export type { MailNotification } from './core/message/mail-notification.js';
export type { NotificationContext, NotificationSeverity } from './core/message/notification-context.js';
export type { ResetPasswordMail } from './core/message/reset-password-mail.js';
export type { ComposedMail, MailEnvelope } from './core/mime/composed-mail.js';
export type { DropRule, DroppedRecipient } from './core/message/recipient-policy.js';
export type { RecipientField } from './core/message/recipients.js';
export type {
  DeliverOptions,
  DeliveryOutcome,
  MailBacklog,
  QueueCounts,
  QueuedDeliverOptions,
  QueuedMailProgress,
  VerifyOptions,
} from './core/delivery/mail-delivery.js';
export type { CheckOptions, VerifyMailOptions } from './core/sending/bounded-check.js';
export type { MailReceipt } from './core/delivery/mail-receipt.js';
export type { SmtpOptions } from './core/delivery/smtp/smtp-options.js';
export type {
  AccessTokenCall,
  AccessTokenFunction,
  GivenAccessToken,
  OAuth2Auth,
} from './core/delivery/smtp/login/oauth2/oauth2-auth.js';
export type { DkimKeyOptions, DkimOptions, DkimPrivateKey } from './core/delivery/smtp/dkim/dkim-options.js';
export type { MailBrandColors } from './core/templates/brand/brand-colors.js';
export type { BrandFooter } from './core/templates/brand/brand-footer.js';
export type { MailBrand } from './core/templates/mail-brand.js';
export type {
  DateValue,
  DurationValue,
  LinkValue,
  NumberValue,
  PrintableValue,
} from './core/templates/template-values.js';
export type {
  LanguageNotice,
  RenderOptions,
  RenderedAttachment,
  RenderedMail,
  RenderedTemplate,
  RendererSamples,
} from './core/templates/template-renderer.js';
export type { TemplateHelper, TemplateOptions } from './core/templates/template-options.js';
