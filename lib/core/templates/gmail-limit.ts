/** Gmail shows so many octets of the HTML of a mail, and hides the rest behind a link, the one for unsubscribing with it. */
export const GMAIL_LIMIT = 102 * 1024;
