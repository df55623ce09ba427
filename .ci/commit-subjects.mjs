// Fails when the subject of a commit has more than 72 characters. Looked at are the commits after the first one that
// .git-blame-ignore-revs lists: the rule holds from there on.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const LONGEST = 72;

function git(...args) {
  return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}

function succeeds(...args) {
  try {
    git(...args);
    return true;
  } catch {
    return false;
  }
}

/** The commits to look at as arguments of `git log`, or the reason why there are none. */
function range() {
  if (!succeeds('rev-parse', '--verify', 'HEAD')) return { reason: 'there is no history of git here' };
  const first = /^[0-9a-f]{40}$/m.exec(readFileSync('.git-blame-ignore-revs', 'utf8'))?.[0];
  if (first === undefined) return { reason: '.git-blame-ignore-revs lists no commit' };
  if (succeeds('cat-file', '-e', `${first}^{commit}`)) return { args: [`${first}..HEAD`] };
  // A shallow clone that does not reach back to that commit holds only later ones.
  if (git('rev-parse', '--is-shallow-repository') === 'true') return { args: ['HEAD'] };
  throw new Error(`.git-blame-ignore-revs lists ${first}, which is no commit of this repository.`);
}

try {
  const { args, reason } = range();
  const subjects = args
    ? git('log', '--no-merges', '--format=%h %s', ...args)
        .split('\n')
        .filter(Boolean)
    : [];
  const long = subjects.filter(line => Array.from(line.slice(line.indexOf(' ') + 1)).length > LONGEST);
  if (reason !== undefined) console.log(`No commit was looked at: ${reason}.`);
  else if (long.length === 0)
    console.log(`${subjects.length} commits, no subject over ${LONGEST} characters.`);
  else throw new Error(`Subjects of more than ${LONGEST} characters:\n${long.join('\n')}`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
