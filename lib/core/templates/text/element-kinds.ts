const set = (names: string): ReadonlySet<string> => new Set(names.split(' '));

/** Elements that hold nothing and have no end tag. */
export const VOID: ReadonlySet<string> = set(
  'area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr',
);

/** Elements of which nothing is shown as text. */
export const NEVER_SHOWN: ReadonlySet<string> = set(
  'title style script template meta link base iframe noembed noframes datalist select input svg col colgroup param source track rp',
);

/** Elements that begin and end lines (HTML standard, 15.3). */
export const BLOCKS: ReadonlySet<string> = set(
  'address article aside blockquote caption center dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li listing main menu nav ol option p plaintext pre search section summary table tbody td tfoot th thead tr ul xmp',
);

/** Blocks that are set apart by a blank line, as browsers give them a margin. */
export const APART: ReadonlySet<string> = set(
  'blockquote dl fieldset figure h1 h2 h3 h4 h5 h6 listing p plaintext pre xmp',
);

/** Inline elements that are set apart from their neighbours by their looks, although no blank stands between. */
export const SET_APART: ReadonlySet<string> = set(
  'label button meter progress output object video audio canvas noscript',
);

/** Elements whose end tag ends them, and not the blocks that began within. */
export const FORMATTING: ReadonlySet<string> = set('a b big code em font i nobr s small strike strong tt u');

/** Elements that the end tag of an inline element does not reach over. */
export const SPECIAL: ReadonlySet<string> = new Set([...BLOCKS, 'object', 'button', 'select', 'template']);

/** Elements whose start ends a paragraph that is open. */
export const ENDS_PARAGRAPH: ReadonlySet<string> = set(
  'address article aside blockquote center details dialog dir div dl dt dd fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr li listing main menu nav ol p plaintext pre search section summary ul xmp',
);

/** Elements that no end tag of an element within reaches out of. */
export const SCOPES: ReadonlySet<string> = set('table td th caption');

/** Cells and what else of a table holds content. */
export const CELLS: ReadonlySet<string> = set('td th caption');

/** Groups of rows. */
export const ROW_GROUPS: ReadonlySet<string> = set('thead tbody tfoot');

/** Elements whose start ends an open one of the names in front, unless one of the names behind stands between. */
export const ENDS_SIBLING: ReadonlyMap<string, readonly [readonly string[], readonly string[]]> = new Map([
  ['li', [['li'], ['ul', 'ol', 'menu', 'dir']]],
  ['dt', [['dt', 'dd'], ['dl']]],
  ['dd', [['dt', 'dd'], ['dl']]],
  ['option', [['option'], ['select']]],
  ['rt', [['rt', 'rp'], ['ruby']]],
  ['rp', [['rt', 'rp'], ['ruby']]],
]);
