import type { NumberedMail } from '../../postfix/numbered-mails.js';

/** What has become of mails under kills. */
export interface KillFigures {
  /** Ids of mails that the server never took. */
  readonly lost: readonly string[];
  /** How often the server took a mail that it had taken before. */
  readonly doubled: number;
}

/** @param times how often the server took each mail, by its id */
export function killFigures(mails: readonly NumberedMail[], times: ReadonlyMap<string, number>): KillFigures {
  return {
    lost: mails.map(({ id }) => id).filter(id => !times.has(id)),
    doubled: mails.reduce((sum, { id }) => sum + Math.max(0, (times.get(id) ?? 0) - 1), 0),
  };
}

/** Says the figures of a test in its output, for whoever writes them down. */
export function tell(what: string, figures: Readonly<Record<string, number>>): void {
  const facts = Object.entries(figures).map(([name, value]) => `${name} ${value}`);
  process.stdout.write(`${what}: ${facts.join(', ')}\n`);
}
