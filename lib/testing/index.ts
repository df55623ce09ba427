export { MailTestingModule } from './mail-testing.module.js';
export { Mailbox } from './mailbox.js';

export type { MailTestingOptions } from './mail-testing.module.js';
export type { CaughtMail, CaughtQueueOptions, FailedMail, SentMail, SuppressedMail } from './caught-mail.js';
export type {
  AddressCriterion,
  AlternativeCriteria,
  AlternativeCriterion,
  AttachmentCriteria,
  AttachmentCriterion,
  DsnCriteria,
  MailCriteria,
  MailMatcher,
  TextCriterion,
  UnsubscribeCriteria,
} from './mail-criteria.js';
export type { SimulatedFailure } from './simulated-failure.js';
export type { ReadUnsubscribe } from '../core/mime/read-list-unsubscribe.js';
export type { MailFile, MailPart, ReadMail } from '../core/mime/read-mail.js';
