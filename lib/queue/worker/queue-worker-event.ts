/** Something that happened in a worker of a queue. No recipient, no secret and no password stands in any of it. */
export type QueueWorkerEvent =
  | MailDelivered
  | MailDeferred
  | MailFailed
  /** A mail cannot be read or reached now, through no fault of its own: it waits, and no try is counted. */
  | { readonly type: 'put-off'; readonly jobId: string; readonly until: Date; readonly reason: string }
  /** A mail was given back to the queue before anything was tried with it, or because this worker ends. */
  | { readonly type: 'returned'; readonly jobId: string }
  /** The server cannot be used: this worker takes nothing until then. */
  | { readonly type: 'paused'; readonly reason: string; readonly until: Date }
  | { readonly type: 'resumed' }
  /** The store of the queue cannot be used. */
  | { readonly type: 'unreachable'; readonly reason: string }
  | { readonly type: 'reachable' }
  /** Something that an administrator should look at. */
  | { readonly type: 'problem'; readonly reason: string };

/** What is said of every mail. */
interface OfMail {
  readonly jobId: string;
  readonly messageId: string;
  readonly template?: string;
  /** Tries that a server has decided, this one included. */
  readonly attempts: number;
}

/** A mail was delivered to everybody. */
export interface MailDelivered extends OfMail {
  readonly type: 'delivered';
  /** How many recipients have it: all. */
  readonly recipients: number;
  /** Whether a fallback took it. */
  readonly fallback: boolean;
  /** Milliseconds since it was due. */
  readonly afterMs: number;
}

/** A mail is tried again later for some recipients. */
export interface MailDeferred extends OfMail {
  readonly type: 'deferred';
  /** How many recipients wait. */
  readonly recipients: number;
  readonly until: Date;
  readonly reason: string;
}

/** A mail was given up, and somebody does not have it. It is kept, so that an operator can have it tried again for these. */
export interface MailFailed extends Omit<OfMail, 'messageId'> {
  readonly type: 'failed';
  /** How many recipients have it; 0 also where the job could not be read. */
  readonly recipients: number;
  /** Undefined where the job could not be read. */
  readonly messageId?: string;
  readonly reason: string;
}

/** Told of everything that happens in a worker. */
export type QueueWorkerListener = (event: QueueWorkerEvent) => void;
