import type { HtmlTag } from '../../../core/templates/parsing/html-tag.js';

/** Which elements of a page a selector means, as far as its last part says it by element and class. */
export class SelectorSubjects {
  readonly #byClass = new Map<string, HtmlTag[]>();
  readonly #byName = new Map<string, HtmlTag[]>();

  constructor(tags: readonly HtmlTag[]) {
    for (const tag of tags) {
      if (tag.closing) continue;
      add(this.#byName, tag.name, tag);
      for (const name of new Set(classesOf(tag))) add(this.#byClass, name, tag);
    }
  }

  /** The start tags that the selector means; none where the page does not hold them, or it says more than can be read. */
  of(selector: string): readonly HtmlTag[] {
    return selector.split(',').flatMap(one => {
      const last = lastCompound(one);
      const classes = [...last.matchAll(/\.([\w-]+)/g)].map(([, name = '']) => name);
      const type = typeIn(last);
      const [first] = classes;
      const found = first === undefined ? this.#byName.get(type ?? '') : this.#byClass.get(first);
      return (found ?? []).filter(
        tag =>
          (type === undefined || tag.name === type) && classes.every(name => classesOf(tag).includes(name)),
      );
    });
  }

  /** The names of those elements; where the page does not hold them, as the selector says. */
  namesIn(selector: string): readonly string[] {
    const tags = this.of(selector);
    if (tags.length > 0) return tags.map(({ name }) => name);
    return selector.split(',').flatMap(one => typeIn(lastCompound(one)) ?? []);
  }
}

function classesOf({ attributes }: HtmlTag): string[] {
  return attributes.find(({ name }) => name === 'class')?.value.split(/\s+/) ?? [];
}

function lastCompound(selector: string): string {
  return (
    selector
      .trim()
      .split(/[\s>+~]+/)
      .at(-1) ?? ''
  );
}

function typeIn(compound: string): string | undefined {
  return /^[a-z][\w-]*/i.exec(compound)?.[0].toLowerCase();
}

function add(map: Map<string, HtmlTag[]>, key: string, tag: HtmlTag): void {
  const tags = map.get(key);
  if (tags) tags.push(tag);
  else map.set(key, [tag]);
}
