/** The tables of the first page and their columns, which the style sheet names as well. */
export const COLUMNS = {
  people: ['Name', 'Login', 'Mail', 'Language', 'Password'],
  mails: ['Mail', 'For', 'Status', 'Accepted', 'Dropped'],
} as const;
