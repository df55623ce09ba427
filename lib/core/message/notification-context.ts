/** How serious a notification is. */
export type NotificationSeverity = 'info' | 'success' | 'warning' | 'error';

/** What the built-in template `notification` shows. */
export interface NotificationContext {
  /** Subject and heading. */
  title: string;
  /** First line, such as `Hello Ann,`. */
  greeting?: string;
  /** Paragraphs; a table or a button can do without. @default none */
  lines?: readonly string[];
  /** A table below the paragraphs. */
  table?: { columns: readonly string[]; rows: readonly (readonly (string | number)[])[] };
  /** A button. The URL is https, http or mailto. */
  action?: { label: string; url: string };
  /** Small print. */
  footer?: string;
  /** Colour and label of the heading. @default none */
  severity?: NotificationSeverity;
}
