import type { MailClient } from './mail-client.js';

/** Elements that a pattern is limited to. */
interface OnElements {
  /** Only on these elements. @default on all */
  readonly on?: readonly string[];
  /** Not on these elements. @default on all */
  readonly notOn?: readonly string[];
}

/** Where a feature shows in a page. Names are in lower case; values are compared in lower case, with single blanks. */
export type FeaturePattern =
  | {
      readonly in: 'element';
      readonly names: readonly string[];
      /** Elements that another rule tells of with it. @default none */
      readonly toldWith?: readonly string[];
    }
  | ({ readonly in: 'attribute'; readonly names: readonly string[]; readonly value?: RegExp } & OnElements)
  | ({
      readonly in: 'declaration';
      /** The whole name of a property matches. */
      readonly property: RegExp;
      readonly value?: RegExp;
      /** Whether texts in quotation marks belong to the value. @default false */
      readonly withTexts?: boolean;
      /** Only in style attributes. @default false */
      readonly inline?: boolean;
      /** Only where `!important` is written. @default false */
      readonly important?: boolean;
    } & OnElements)
  | { readonly in: 'selector'; readonly matches: RegExp }
  | { readonly in: 'at-rule'; readonly names: readonly string[] }
  | {
      readonly in: 'sheet';
      /** An at-rule within another, a rule within another, `<style>` behind the head, or more CSS than is kept. */
      readonly fault: 'nested-at-rule' | 'nested-rule' | 'in-body' | 'too-large';
    };

/** What makes up for a feature, so that nothing is lost where it lacks. */
export interface FeatureSubstitute {
  /** Properties that stand in the same rule or style attribute. */
  readonly properties?: readonly string[];
  /** Attributes of the element. */
  readonly attributes?: readonly string[];
  /** Elements that the page writes for Outlook on Windows alone, in `<!--[if mso]>`: `table`, `v:…`. */
  readonly wordContent?: boolean;
}

/** Something of HTML or CSS that mail clients lack. */
export interface ClientFeature {
  /** Behind `client-support/` in the name of the rule. */
  readonly id: string;
  readonly find: readonly FeaturePattern[];
  /** The clients that lack it, for most of their readers. */
  readonly lacking: readonly MailClient[];
  /** `warning`: what the mail says is lost, unreadable or out of place; `hint`: it looks plainer. */
  readonly severity: 'warning' | 'hint';
  /** What becomes of the mail there: the end of a sentence. */
  readonly loses: string;
  /** What to write: a sentence. */
  readonly instead: string;
  /** The public page that says so. */
  readonly source: string;
  /** The day on which the source was read, as `2026-11-29`. */
  readonly checked: string;
  /** What makes up for it. @default only a value that is declared before it for the same property */
  readonly substitute?: FeatureSubstitute;
  /** Clients that drop the whole style attribute in which it stands, so that a value before it does not help. @default none */
  readonly dropsAttribute?: readonly MailClient[];
}
