/** What a template can print: `{{name}}`. Dates are better written with `formatDate`. */
export type PrintableValue = string | number | bigint | boolean | Date | URL;

/** What `formatDate` and `formatRelative` take: a Date, an ISO 8601 text or milliseconds. */
export type DateValue = Date | string | number;

/** What `formatNumber`, `formatCurrency` and `plural` take. */
export type NumberValue = number | bigint;

/** What `formatDuration` takes: seconds, a text such as `03:00:00` or `PT3H`, or amounts by unit. */
export type DurationValue =
  | number
  | string
  | {
      years?: number;
      months?: number;
      weeks?: number;
      days?: number;
      hours?: number;
      minutes?: number;
      seconds?: number;
      milliseconds?: number;
    };

/** What `link` takes: an absolute `https:`, `http:` or `mailto:` URL. */
export type LinkValue = string | URL;
