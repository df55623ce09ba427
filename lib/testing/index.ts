export { MailTestingModule } from './mail-testing.module.js';
export { Mailbox } from './mailbox.js';

export type { MailTestingOptions } from './mail-testing.module.js';
export type { CaughtMail, FailedMail, SentMail, SuppressedMail } from './caught-mail.js';
export type {
  AddressCriterion,
  AttachmentCriteria,
  AttachmentCriterion,
  MailCriteria,
  MailMatcher,
  TextCriterion,
} from './mail-criteria.js';
export type { SimulatedFailure } from './simulated-failure.js';
export type { MailFile, ReadMail } from '../core/mime/read-mail.js';
