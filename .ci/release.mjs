// Makes a release: npm run release -- 1.2.3 [--dry-run]
//
// Moves what stands under [Unreleased] of CHANGELOG.md under the version and today's date (UTC), sets the version in
// package.json and package-lock.json, commits the three files and tags the commit. Nothing is pushed or published.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const USAGE = 'Usage: npm run release -- VERSION [--dry-run]';
const UNRELEASED = /^## \[Unreleased\][^\n]*\n/m;

/** Something that keeps a release from being made; its message is all that is shown. */
class Refusal extends Error {}

function git(...args) {
  return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trimEnd();
}

/** The parts of a version (semver.org, without build metadata), or undefined when it is none. */
function parseVersion(text) {
  const number = '(0|[1-9]\\d*)';
  const match = new RegExp(
    `^${number}\\.${number}\\.${number}(?:-([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?$`,
  ).exec(text);
  if (!match) return undefined;
  return { numbers: match.slice(1, 4).map(Number), pre: match[4]?.split('.') ?? [] };
}

/** Precedence of two versions (semver.org, item 11): below 0 when the first comes before the second. */
function compareVersions(one, other) {
  for (const [index, number] of one.numbers.entries())
    if (number !== other.numbers[index]) return number - other.numbers[index];
  if (one.pre.length === 0 || other.pre.length === 0) return other.pre.length - one.pre.length;
  for (const [index, part] of one.pre.entries()) {
    const against = other.pre[index];
    if (against === undefined) return 1;
    if (part === against) continue;
    const numeric = [part, against].map(value => /^\d+$/.test(value));
    if (numeric[0] && numeric[1]) return Number(part) - Number(against);
    if (numeric[0] !== numeric[1]) return numeric[0] ? -1 : 1;
    return part < against ? -1 : 1;
  }
  return one.pre.length - other.pre.length;
}

/** What CHANGELOG.md says under [Unreleased], and the text before and after it. */
function splitChangelog(changelog) {
  const heading = UNRELEASED.exec(changelog);
  if (!heading) throw new Refusal('CHANGELOG.md has no heading "## [Unreleased]".');
  const start = heading.index + heading[0].length;
  const rest = changelog.slice(start);
  const end = /^(?:## |\[[^\]]+\]: )/m.exec(rest)?.index ?? rest.length;
  return { before: changelog.slice(0, start), entries: rest.slice(0, end).trim(), after: rest.slice(end) };
}

/** Every reason not to release this version now. */
function problems(version, current, changelog, entries) {
  const found = [];
  const branch = git('rev-parse', '--abbrev-ref', 'HEAD');
  if (branch !== 'main') found.push(`Releases are made on the branch main; this is ${branch}.`);
  const changed = git('status', '--porcelain');
  if (changed !== '') found.push(`There are changes that are not committed:\n${changed}`);
  if (!/^[-*] /m.test(entries)) found.push('CHANGELOG.md says nothing under [Unreleased].');

  const wanted = parseVersion(version);
  if (!wanted) return [...found, `"${version}" is no version such as 1.2.3 or 1.2.3-beta.1.`];
  if (git('tag', '--list', `v${version}`) !== '') found.push(`The tag v${version} exists already.`);
  const released = /^## \[\d/m.test(changelog);
  const order = compareVersions(wanted, parseVersion(current) ?? { numbers: [0, 0, 0], pre: [] });
  // The first release may have the version that package.json was begun with.
  if (order < 0 || (order === 0 && released))
    found.push(`The version must be higher than ${current}, which package.json has; ${version} is not.`);
  return found;
}

function withVersion(file, version) {
  const content = JSON.parse(readFileSync(file, 'utf8'));
  content.version = version;
  if (content.packages?.['']) content.packages[''].version = version;
  return `${JSON.stringify(content, null, 2)}\n`;
}

function release(version, dryRun) {
  const { name, version: current } = JSON.parse(readFileSync('package.json', 'utf8'));
  const changelog = readFileSync('CHANGELOG.md', 'utf8');
  const { before, entries, after } = splitChangelog(changelog);
  const found = problems(version, current, changelog, entries);
  if (found.length > 0) throw new Refusal(found.join('\n'));

  const section = `## [${version}] - ${new Date().toISOString().slice(0, 10)}\n\n${entries}\n`;
  const files = {
    'CHANGELOG.md': `${before}\n${section}${after === '' ? '' : `\n${after}`}`,
    'package.json': withVersion('package.json', version),
    'package-lock.json': withVersion('package-lock.json', version),
  };
  console.log(`${dryRun ? 'Would release' : 'Releasing'} ${name} ${version} (package.json has ${current}).`);
  console.log(`CHANGELOG.md gets:\n\n${section}`);
  const steps = [
    ['add', ...Object.keys(files)],
    ['commit', '--quiet', '--message', `Release ${version}`],
    ['tag', '--annotate', `v${version}`, '--message', `${name} ${version}`],
  ];
  if (!dryRun) for (const [file, content] of Object.entries(files)) writeFileSync(file, content);
  try {
    for (const step of steps) {
      console.log(`${dryRun ? 'would run: ' : ''}git ${step.join(' ')}`);
      if (!dryRun) git(...step);
    }
  } catch (error) {
    // A hook may refuse the commit: the next try must not find a working tree that this one has changed.
    if (git('log', '-1', '--format=%s') !== `Release ${version}`)
      git('checkout', '--quiet', 'HEAD', '--', ...Object.keys(files));
    throw error;
  }
  console.log(
    dryRun ? 'Nothing was changed.' : `Done. Publish with: git push --follow-tags origin main && npm publish`,
  );
}

try {
  const { values, positionals } = parseArgs({
    options: { 'dry-run': { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [version, ...more] = positionals;
  if (version === undefined || more.length > 0) throw new Refusal(USAGE);
  release(version, values['dry-run']);
} catch (error) {
  const reason = error instanceof Refusal ? error.message : String(error.stderr || error.message).trim();
  console.error(`No release: ${reason}`);
  process.exitCode = 1;
}
