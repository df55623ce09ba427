/**
 * Every stable `code` that an error of this package can carry, with what it means.
 * The table of codes in docs/errors.md is held against this list by a test.
 */
export const MAIL_ERROR_CODES = {
  EMAILSETTINGS: 'The mail settings, or options in code, are wrong; `problems` lists everything at once.',
  EMAILTEMPLATENAME: 'A template name, culture or time zone is not a plain name.',
  EMAILTEMPLATENOTFOUND:
    'No directory holds the template, or it has no subject; `searched` lists the folders.',
  EMAILTEMPLATEEMPTY: 'The template has neither an html nor a text part.',
  EMAILTEMPLATESYNTAX: 'A template or language file cannot be parsed, or is not UTF-8; `line` says where.',
  EMAILTEMPLATEVARIABLE:
    'The context lacks a variable, or has one that cannot be printed; `missing` names it.',
  EMAILTEMPLATEPARTIAL: 'The template uses a partial or layout that does not exist; `missing` names it.',
  EMAILTEMPLATEHELPER: 'A helper is unknown, threw, or returned what cannot be printed.',
  EMAILTEMPLATEINLINE: 'Style sheets cannot be inlined: `@css-inline/css-inline` is missing, or it failed.',
  EMAILTEMPLATETEXT: 'No text part can be made of the HTML: it is too long, or nested too deeply.',
  EMAILTEMPLATERENDERER:
    'The renderer of the application failed, did not answer in time, or returned what is no mail.',
  EMAILTEMPLATEDIRECTORY: 'A configured template directory is missing or is not a directory.',
  EMAILMESSAGE:
    'The message contradicts itself, as `template` with `html` does, or an option of the call is wrong.',
  EMAILADDRESS: 'A value is not exactly one valid mailbox.',
  EMAILHEADER: 'A header holds control characters, is too long, or belongs to the module.',
  EMAILEMPTY: 'The message has no content.',
  EMAILNORECIPIENTS: 'The message names no recipient.',
  EMAILRECIPIENTLIMIT:
    'More recipients than `MaxRecipients` while `MaxRecipientsOverflow` is `Reject`, or than one message may name.',
  EMAILATTACHMENT: 'An attachment cannot be read or is described wrongly.',
  EMAILRESETLINK: 'A reset-password link cannot be made, is not absolute http(s), or has expired.',
  EMAILHOOK:
    'A hook failed in `beforeDelivery`, or returned a mail that cannot be delivered; nothing was sent.',
  EMAILCONNECT:
    'The mail server could not be reached or did not greet, the store of a queue cannot be used, or a module of the package could not be loaded.',
  EMAILTLS: 'TLS could not be established as the settings demand, or the certificate was refused.',
  EMAILAUTH: 'The server refused the credentials, or offers no authentication.',
  EMAILENVELOPE: 'The server refused the sender or every recipient.',
  EMAILDATA: 'The message was refused, could not be signed, or the connection broke before the final dot.',
  EMAILUNKNOWN: 'The message was handed over and the reply never came: it may or may not have been accepted.',
  EMAILWRITE:
    'The pickup file could not be written durably, and the message says whether anything was left behind; or a queue did not take this mail.',
  EMAILABORTED: 'The caller’s `signal` ended the send.',
  EMAILTIMEOUT: '`timeoutMs` or `SendTimeout` ended the send.',
  EMAILCLOSED:
    'The mailer is shutting down, was cut at the end of its grace time, or was closed or replaced in its registry.',
  EMAILQUEUE:
    'The queue does not hold the mail that was asked for, or holds it in another state; nothing was changed.',
  EMAILMAILERLIMIT: 'No further mailer can be opened: as many are open as `maxOpen` allows.',
} as const;

/** The stable `code` of an error of this package. */
export type MailErrorCode = keyof typeof MAIL_ERROR_CODES;
