import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Link } from './links.js';
import { anchorsOf, linksOf } from './links.js';
import type { Page } from './pages.js';
import { allPages, page, ROOT } from './pages.js';

interface Manifest {
  readonly homepage: string;
  readonly bugs: { readonly url: string };
  readonly repository: { readonly type: string; readonly url: string };
}

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;
const REPOSITORY = manifest.repository.url.replace(/^git\+|\.git$/g, '');
/** Where files and pictures of the repository are on the web. */
const FILES = `${REPOSITORY}/blob/main/`;
const PICTURES = `${REPOSITORY.replace('//github.com/', '//raw.githubusercontent.com/')}/main/`;

/** The path in the repository that a link leads to, and the anchor; undefined where it leads elsewhere. */
function placeOf(from: Page, { target, picture }: Link): { path: string; anchor: string } | undefined {
  const own = picture ? PICTURES : FILES;
  const inside = target.startsWith(own);
  if (!inside && /^[a-z]+:/i.test(target)) return undefined;
  const [file = '', anchor = ''] = (inside ? target.slice(own.length) : target).split('#');
  if (file === '') return { path: from.path, anchor };
  return { path: inside ? file : posix.join(posix.dirname(from.path), file), anchor };
}

/** What is wrong with a link, if anything. */
function fault(from: Page, link: Link): string | undefined {
  if (link.target === '') return `${from.path}: a link by reference has no address`;
  const place = placeOf(from, link);
  if (!place) return undefined;
  const { path, anchor } = place;
  if (path.startsWith('..') || !existsSync(join(ROOT, path))) return `${from.path}: there is no ${path}`;
  if (anchor === '') return undefined;
  if (!path.endsWith('.md') || statSync(join(ROOT, path)).isDirectory())
    return `${from.path}: ${path} has no anchors`;
  return anchorsOf(page(path)).has(anchor) ? undefined : `${from.path}: ${path} has no heading #${anchor}`;
}

describe('Links', () => {
  it.each(allPages().map(from => [from.path, from] as const))('lead somewhere on %s', (_path, from) => {
    expect(linksOf(from).flatMap(link => fault(from, link) ?? [])).toEqual([]);
  });

  it('to files of the installed package name such as the build puts there', () => {
    const named = allPages().flatMap(({ path, text }) =>
      [...text.matchAll(/node_modules\/nest-mailroom\/([\w./-]*\w)/g)].map(([, file = '']) => ({
        path,
        file,
      })),
    );
    expect(named.length).toBeGreaterThan(1);
    expect(named.filter(({ file }) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it('of the README work on the page of the package registry, which has no other files of the repository', () => {
    const links = linksOf(page('README.md'));
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter(({ target }) => !target.startsWith('https://') && !target.startsWith('#'))).toEqual(
      [],
    );
    const pictures = links.filter(({ picture }) => picture);
    expect(pictures.length).toBeGreaterThan(0);
    expect(pictures.filter(({ target }) => !target.startsWith(PICTURES))).toEqual([]);
  });

  it('lead from the README to every page of the documentation', () => {
    const linked = linksOf(page('README.md')).map(link => placeOf(page('README.md'), link)?.path);
    const pages = readdirSync(join(ROOT, 'docs')).filter(name => name.endsWith('.md'));
    expect(pages.filter(name => !linked.includes(`docs/${name}`))).toEqual([]);
  });

  it.each(readdirSync(join(ROOT, 'docs')).filter(name => name.endsWith('.md')))(
    'lead back to the README from docs/%s',
    name => {
      const from = page(`docs/${name}`);
      expect(linksOf(from).map(link => placeOf(from, link)?.path)).toContain('README.md');
    },
  );

  it('of package.json lead to one repository', () => {
    expect(manifest).toMatchObject({
      repository: { type: 'git', url: 'git+https://github.com/nest-mailroom/nest-mailroom.git' },
      homepage: `${REPOSITORY}#readme`,
      bugs: { url: `${REPOSITORY}/issues` },
    });
  });

  it('hold no marks of a merge that was left undone', () => {
    const marks = /<{7}|>{7}|(?:> ){7}/;
    expect(allPages().filter(({ text }) => marks.test(text))).toEqual([]);
  });
});
