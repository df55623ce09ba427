/** What is known of a further form of the bodies beside its content. */
export interface NotedPart {
  /** MIME type, without parameters. */
  readonly contentType: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** What is there to be read, and not a file, where a mail has nothing beside it. */
const BODY = /^(?:text\/|application\/ics$)/;

/** Looks of a parser of postal-mime at one entity, as far as they are needed here. */
interface Entity {
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly disposition: string;
  readonly parent: unknown;
  /** Whether it is the first within its parent. */
  readonly first: boolean;
  readonly parentKind: unknown;
}

/**
 * Notes which of the files that a parser finds are no files, but further forms of the bodies: postal-mime knows text and HTML
 * alone, and takes a calendar for an attachment. Where a later version of it works otherwise, nothing is noted.
 *
 * @param parser an instance of PostalMime that has parsed nothing yet
 * @returns what is noted, by the parser's own attachment; filled while it parses
 */
export function noteAlternatives(parser: object): ReadonlyMap<unknown, NotedPart> {
  const noted = new Map<unknown, NotedPart>();
  const collect: unknown = Reflect.get(parser, 'collectAttachment');
  if (typeof collect !== 'function') return noted;
  Reflect.set(parser, 'collectAttachment', (node: unknown, ...rest: unknown[]) => {
    Reflect.apply(collect, parser, [node, ...rest]);
    const found: unknown = Reflect.get(parser, 'attachments');
    const entity = entityOf(node);
    if (Array.isArray(found) && entity && isAlternative(entity))
      noted.set(found.at(-1), { contentType: entity.type, parameters: entity.parameters });
  });
  return noted;
}

function isAlternative({ type, parameters, disposition, parent, first, parentKind }: Entity): boolean {
  if (disposition !== '' || /^(?:image|audio|video|message|multipart)\//.test(type)) return false;
  if (parentKind === 'alternative') return true;
  // A mail may be nothing but a calendar, alone or with files behind it; or nothing but a file, such as the PDF of a scanner.
  if (!BODY.test(type) || 'name' in parameters) return false;
  return parent === undefined || (parentKind === 'mixed' && first);
}

function entityOf(node: unknown): Entity | undefined {
  const type = field(field(field(node, 'contentType'), 'parsed'), 'value');
  if (typeof type !== 'string') return undefined;
  const disposition = field(field(field(node, 'contentDisposition'), 'parsed'), 'value');
  const parent = field(node, 'parentNode');
  const siblings = field(parent, 'childNodes');
  return {
    type: type.toLowerCase(),
    parameters: textsOf(field(field(field(node, 'contentType'), 'parsed'), 'params')),
    disposition: typeof disposition === 'string' ? disposition : '',
    parent,
    first: Array.isArray(siblings) && siblings[0] === node,
    parentKind: field(field(parent, 'contentType'), 'multipart'),
  };
}

function field(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null ? Reflect.get(of, name) : undefined;
}

function textsOf(params: unknown): Record<string, string> {
  if (typeof params !== 'object' || params === null) return {};
  const entries: [string, unknown][] = Object.entries(params);
  return Object.fromEntries(
    entries.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}
