import { PreviewNotFound } from '../http/preview-error.js';
import type { PreviewMailer, PreviewMailers } from '../mail-preview.mailers.js';
import type { Listing } from '../workbench/template-listing.js';
import { TemplateWorkbench } from '../workbench/template-workbench.js';
import type { WorkbenchOptions } from '../workbench/template-workbench.js';
import type { OwnTemplates } from './own-templates.js';
import { ownTemplatesOf } from './own-templates.js';

/** The templates of one mailer. */
export interface MailerTemplates {
  /** The Handlebars templates. */
  readonly workbench: TemplateWorkbench;
  /** What the renderer of the application has (option `renderer`); undefined where there is no such renderer. */
  readonly own: OwnTemplates | undefined;
  /** Every template, layout and partial; those of the renderer of the application first, which hide others of their names. */
  readonly listings: readonly Listing[];
  /** The mailer that has and sends them; undefined where there is no mailer. */
  readonly mailer: PreviewMailer | undefined;
  /** Name of the mailer as addresses have it; '' for the one without a name. */
  readonly name: string;
  /** The names of all mailers. */
  readonly names: readonly string[];
}

/** The templates of a mailer as it was when they were opened: under its name there may be another one later. */
interface OpenWorkbench {
  readonly workbench: TemplateWorkbench;
  readonly mailer: PreviewMailer | undefined;
}

/** Opens the template directories of each mailer when a page first shows them, and watches them for changes. */
export class MailerWorkbenches {
  readonly #mailers: PreviewMailers;
  readonly #shared: TemplateWorkbench | undefined;
  readonly #changed: () => void;
  readonly #open = new Map<string, OpenWorkbench>();

  /**
   * @param shared is shown in place of the templates of each mailer. @default their own
   * @param changed called when template files have changed, so that pages may look different
   */
  constructor(mailers: PreviewMailers, shared: TemplateWorkbench | undefined, changed: () => void) {
    this.#mailers = mailers;
    this.#shared = shared;
    this.#changed = changed;
    shared?.watch(changed);
  }

  /**
   * The templates of a mailer.
   *
   * @param wanted its name. @default the first one
   * @throws {@link PreviewNotFound} when there is none of that name
   */
  async of(wanted: string | null): Promise<MailerTemplates> {
    const mailers = this.#mailers();
    const mailer = wanted === null ? mailers[0] : mailers.find(({ name }) => (name ?? '') === wanted);
    if (wanted !== null && !mailer) throw new PreviewNotFound(`There is no mailer "${wanted}".`);
    const name = mailer?.name ?? '';
    this.#closeGone(mailers);
    const workbench = this.#shared ?? this.#open.get(name)?.workbench ?? this.#openFor(name, mailer);
    const own = mailer?.renderer && !this.#shared ? await ownTemplatesOf(mailer.renderer) : undefined;
    return {
      workbench,
      own,
      listings: together(own?.listings ?? [], workbench.listings),
      mailer,
      name,
      names: mailers.map(one => one.name ?? ''),
    };
  }

  /** Ends all watching. */
  close(): void {
    for (const { workbench } of this.#open.values()) void workbench.close();
    void this.#shared?.close();
    this.#open.clear();
  }

  /** Mailers of a registry come and go. */
  #closeGone(mailers: readonly PreviewMailer[]): void {
    const services = new Set(mailers.map(({ service }) => service));
    for (const [name, { workbench, mailer }] of this.#open) {
      if (!mailer || services.has(mailer.service)) continue;
      void workbench.close();
      this.#open.delete(name);
    }
  }

  #openFor(name: string, mailer: PreviewMailer | undefined): TemplateWorkbench {
    const { templates, brand }: WorkbenchOptions = mailer?.options ?? {};
    const workbench = TemplateWorkbench.open({ ...(templates && { templates }), ...(brand && { brand }) });
    workbench.watch(this.#changed);
    this.#open.set(name, { workbench, mailer });
    return workbench;
  }
}

function together(first: readonly Listing[], others: readonly Listing[]): Listing[] {
  const hidden = new Set(first.map(({ name }) => name));
  return [...first, ...others.filter(({ kind, name }) => kind !== 'template' || !hidden.has(name))];
}
