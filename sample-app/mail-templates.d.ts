// Written by "nest-mailroom types" from server/templates. Do not edit it: run the command again.
/* eslint-disable */
// prettier-ignore
import type { DateValue, DurationValue, LinkValue, NumberValue, PrintableValue } from 'nest-mailroom';

// prettier-ignore
declare module 'nest-mailroom' {
  interface MailTemplates {
    /** server/templates/certification/pending: html, subject, text (de, en, fr) */
    'certification/pending': {
      applicationName?: PrintableValue | null;
      applicationUri?: LinkValue | null;
      campaign: PrintableValue;
      certificationUrl: LinkValue;
      closesAt: DateValue;
      displayName: PrintableValue;
      remaining: NumberValue;
      severity?: string | number | null;
    };
    /** server/templates/job/finished: html, subject, text (de, en, fr) */
    'job/finished': {
      applicationName?: PrintableValue | null;
      applicationUri?: LinkValue | null;
      changed: NumberValue;
      created: NumberValue;
      displayName: PrintableValue;
      errors: NumberValue;
      finishedAt: DateValue;
      job: PrintableValue;
      jobUrl: LinkValue;
      removed: NumberValue;
      seconds: DurationValue;
      severity: string | number;
    };
    /** server/templates/provisioning/review-pending: html, subject, text (de, en, fr) */
    'provisioning/review-pending': {
      applicationName?: PrintableValue | null;
      applicationUri?: LinkValue | null;
      beneficiary: PrintableValue;
      displayName: PrintableValue;
      dueAt: DateValue;
      requestedAt: DateValue;
      requester: PrintableValue;
      reviewUrl: LinkValue;
      role: PrintableValue;
      severity?: string | number | null;
    };
  }
}
