import type { ListingKind } from '../workbench/template-listing.js';

/** The tabs of a template's page. */
export const TABS = ['html', 'text', 'source', 'headers'] as const;
/** A tab of a template's page. */
export type Tab = (typeof TABS)[number];

/** What a page shows, as its address says it. */
export interface TemplateView {
  /** Name of the template, of the layout (`layouts/mail`) or of the partial (`partials/button`). */
  readonly name: string;
  readonly tab: Tab;
  /** @default the default culture */
  readonly culture?: string;
  /** @default the first sample */
  readonly sample?: string;
  /** JSON text of variables in place of a sample. @default the sample's */
  readonly context?: string;
  /** Name of the mailer. @default the first one */
  readonly mailer?: string;
  /** What the list is narrowed to. @default everything */
  readonly filter?: string;
}

/** Reads an address, or a form that has the same fields. */
export function viewOf(name: string, fields: URLSearchParams): TemplateView {
  const given = (field: string): string | undefined => {
    const value = fields.get(field)?.trim();
    return value === '' ? undefined : value;
  };
  const [culture, sample, context, filter] = [
    given('culture'),
    given('sample'),
    given('context'),
    given('q'),
  ];
  const mailer = fields.get('mailer');
  return {
    name,
    tab: TABS.find(tab => tab === fields.get('tab')) ?? 'html',
    ...(culture !== undefined && { culture }),
    // A context stands in for a sample.
    ...(sample !== undefined && context === undefined && { sample }),
    ...(context !== undefined && { context }),
    ...(mailer !== null && { mailer }),
    ...(filter !== undefined && { filter }),
  };
}

/** The fields of a view beside its name, for an address or for hidden fields; those that are as usual are left out. */
export function fieldsOf(view: TemplateView): [name: string, value: string][] {
  const { tab, culture, sample, context, mailer, filter } = view;
  const fields: [string, string | undefined][] = [
    ['culture', culture],
    ['sample', sample],
    ['context', context],
    ['mailer', mailer],
    ['q', filter],
    ['tab', tab === 'html' ? undefined : tab],
  ];
  return fields.filter((field): field is [string, string] => field[1] !== undefined);
}

/**
 * Address of a template's page, or of what stands below it.
 *
 * @param base path of the preview
 * @param below such as `/html`. @default the page itself
 */
export function addressOf(base: string, view: TemplateView, below = ''): string {
  const query = new URLSearchParams(fieldsOf(view)).toString();
  const path = view.name === '' ? '' : `/${encodeURIComponent(view.name)}`;
  return `${base}/templates${path}${below}${query === '' ? '' : `?${query}`}`;
}

/** What a name in an address stands for; templates cannot be named so that they could be mistaken. */
export function listedAs(name: string): { kind: ListingKind; name: string } {
  if (name.startsWith('layouts/')) return { kind: 'layout', name };
  if (name.startsWith('partials/')) return { kind: 'partial', name: name.slice('partials/'.length) };
  return { kind: 'template', name };
}

/** The name of a listing in addresses. */
export function addressName({ kind, name }: { kind: ListingKind; name: string }): string {
  return kind === 'partial' ? `partials/${name}` : name;
}
