import { describe, expect, it } from '@jest/globals';
import { codeBlocks } from '../../docs/code-blocks.js';
import { page } from '../../docs/pages.js';
import { searchModel } from './spin.js';

/** A search takes seconds on an idle machine. */
const PATIENCE_MS = 300_000;
const ONE_MAIL = ['MAILS=1', 'KILLS=1'];

/** A change of the protocol, what it breaks, and where that is seen. */
interface Mistake {
  readonly mistake: string;
  readonly defines: readonly string[];
  readonly breaks: string;
}

const MISTAKES: readonly Mistake[] = [
  {
    mistake: 'the names of a file are counted before the claim only',
    defines: [...ONE_MAIL, 'ONE_LOOK'],
    breaks: 'doubled_without_doubt',
  },
  {
    mistake: 'of a file with two names, whoever finds one of them removes it',
    defines: ['MAILS=1', 'KILLS=2', 'ANY_OTHER_NAME'],
    breaks: 'lost',
  },
  {
    mistake: 'a move to badmail is not finished by the next relay',
    defines: [...ONE_MAIL, 'REFUSALS=1', 'BADMAIL_UNFINISHED'],
    breaks: 'stuck',
  },
  {
    mistake: 'the journal of a dead relay is not read',
    defines: [...ONE_MAIL, 'JOURNAL_IGNORED'],
    breaks: 'doubled_without_doubt',
  },
  {
    mistake: 'the journal is written when the file is gone',
    defines: [...ONE_MAIL, 'JOURNAL_LAST'],
    breaks: 'doubled_without_doubt',
  },
  {
    mistake: 'the journal is not flushed, and the machine loses its power',
    defines: [...ONE_MAIL, 'POWER', 'RELAYS=1', 'JOURNAL_UNFLUSHED'],
    breaks: 'doubled_without_doubt',
  },
  {
    mistake: 'a journal goes before the removals that it tells of are on the disk',
    defines: ['MAILS=1', 'KILLS=2', 'POWER', 'RELAYS=1', 'REMOVALS_UNFLUSHED'],
    breaks: 'doubled_without_doubt',
  },
  {
    mistake: 'the state of a mail that some have is not written before it is given back',
    defines: [...ONE_MAIL, 'RECIPIENTS=2', 'STATE_LOST'],
    breaks: 'doubled_without_doubt',
  },
  {
    mistake: 'any number of ends is sent at the same time',
    defines: ['MAILS=2', 'KILLS=1', 'NO_GATE'],
    breaks: 'more_in_doubt_than_allowed',
  },
  {
    mistake: 'a relay that lives is taken for dead',
    defines: [...ONE_MAIL, 'TAKES_THE_LIVING', 'ONLY=held_by_two'],
    breaks: 'held_by_two',
  },
];

describe('The model of the relays finds out when', () => {
  it.each(MISTAKES)(
    '$mistake',
    async ({ defines, breaks }) => {
      const { violated, steps } = await searchModel(defines);
      expect(violated).toBe(breaks);
      expect(steps.length).toBeGreaterThan(3);
    },
    PATIENCE_MS,
  );
});

describe('A file that can be claimed under one of its two names', () => {
  it(
    'goes out twice after a kill while it is given back, as the page of the model tells',
    async () => {
      const { violated, steps } = await searchModel(
        ['BEFORE', ...ONE_MAIL, 'ROBBERIES=0', 'ONLY=doubled_without_doubt'],
        'breadth first',
      );
      expect(violated).toBe('doubled_without_doubt');
      const [told] = codeBlocks(page('docs/relay-model.md')).filter(({ language }) => language === 'text');
      expect(told?.code).toBe(`${steps.join('\n')}\n`);
    },
    PATIENCE_MS,
  );

  it(
    'doubles more mails than one kill may',
    async () => {
      const { violated } = await searchModel([
        'BEFORE',
        'COUNTED',
        'MAILS=2',
        'KILLS=1',
        'ROBBERIES=0',
        'DEFERRALS=2',
        'ONLY=more_doubles_than_kills_allow',
      ]);
      expect(violated).toBe('more_doubles_than_kills_allow');
    },
    PATIENCE_MS,
  );
});
