import { describe, expect, it } from '@jest/globals';
import { readMailboxes } from '../../../lib/core/message/mailbox-list.js';
import type { PolicyResult } from '../../../lib/core/message/recipient-policy.js';
import { applyRecipientPolicy, isAllowedDomain } from '../../../lib/core/message/recipient-policy.js';
import type { Recipients } from '../../../lib/core/message/recipients.js';
import { resolveMailSettings } from '../../../lib/core/settings/resolve-mail-settings.js';
import { messageErrorOf } from '../mime/composing.js';

interface Fields {
  to?: unknown;
  cc?: unknown;
  bcc?: unknown;
}

function recipients({ to, cc, bcc }: Fields): Recipients {
  return { to: readMailboxes('to', to), cc: readMailboxes('cc', cc), bcc: readMailboxes('bcc', bcc) };
}

function apply(settings: object, fields: Fields): PolicyResult {
  const resolved = resolveMailSettings({ FromAddress: 'a@contoso.com', Host: 'localhost', ...settings });
  return applyRecipientPolicy(resolved, recipients(fields));
}

/** Groups as plain addresses. */
function groupsOf({ groups }: PolicyResult): string[][][] {
  return groups.map(({ to, cc, bcc }) => [to, cc, bcc].map(list => list.map(mailbox => mailbox.address)));
}

function droppedBy({ dropped }: PolicyResult): string[] {
  return dropped.map(({ field, address, rule }) => `${field} ${address} ${rule}`);
}

const EVERYBODY: Fields = {
  to: ['a@contoso.com', 'b@fabrikam.com'],
  cc: 'c@contoso.com',
  bcc: ['d@fabrikam.com'],
};

describe('without any rule', () => {
  it('everybody gets the mail in the field that names them', () => {
    const result = apply({}, EVERYBODY);
    expect(groupsOf(result)).toEqual([
      [['a@contoso.com', 'b@fabrikam.com'], ['c@contoso.com'], ['d@fabrikam.com']],
    ]);
    expect(result.dropped).toEqual([]);
    expect(result.original).toBeUndefined();
  });

  it('names are kept', () => {
    const result = apply({}, { to: 'Ann <a@contoso.com>' });
    expect(result.groups[0]?.to).toEqual([{ name: 'Ann', address: 'a@contoso.com' }]);
  });
});

describe('Enabled=false', () => {
  it('drops everybody with the rule disabled', () => {
    const result = apply({ Enabled: false }, EVERYBODY);
    expect(result.groups).toEqual([]);
    expect(droppedBy(result)).toEqual([
      'to a@contoso.com disabled',
      'to b@fabrikam.com disabled',
      'cc c@contoso.com disabled',
      'bcc d@fabrikam.com disabled',
    ]);
  });

  it('comes before every other rule', () => {
    const result = apply(
      {
        Enabled: 'false',
        CatchAllAddress: 'catch@contoso.com',
        CatchAllCCAddress: 'copy@contoso.com',
        AllowedDomains: 'contoso.com',
        MaxRecipients: 1,
        MaxRecipientsOverflow: 'Reject',
      },
      EVERYBODY,
    );
    expect(result.groups).toEqual([]);
    expect(new Set(result.dropped.map(item => item.rule))).toEqual(new Set(['disabled']));
  });
});

describe('CatchAllAddress', () => {
  it('gets the mail alone, and everybody else is dropped by its rule', () => {
    const result = apply({ CatchAllAddress: 'catch@test.com' }, EVERYBODY);
    expect(groupsOf(result)).toEqual([[['catch@test.com'], [], []]]);
    expect(droppedBy(result)).toEqual([
      'to a@contoso.com catch-all',
      'to b@fabrikam.com catch-all',
      'cc c@contoso.com catch-all',
      'bcc d@fabrikam.com catch-all',
    ]);
  });

  it('keeps the original To and Cc, and no Bcc', () => {
    const { original } = apply({ CatchAllAddress: 'catch@test.com' }, EVERYBODY);
    expect(original).toEqual({
      to: [{ address: 'a@contoso.com' }, { address: 'b@fabrikam.com' }],
      cc: [{ address: 'c@contoso.com' }],
    });
  });

  it('keeps its own name', () => {
    const result = apply({ CatchAllAddress: 'Test <catch@test.com>' }, EVERYBODY);
    expect(result.groups[0]?.to).toEqual([{ name: 'Test', address: 'catch@test.com' }]);
  });

  it('makes Cc the CatchAllCCAddress alone', () => {
    const result = apply(
      { CatchAllAddress: 'catch@test.com', CatchAllCCAddress: 'copy@test.com' },
      EVERYBODY,
    );
    expect(groupsOf(result)).toEqual([[['catch@test.com'], ['copy@test.com'], []]]);
    expect(result.dropped).toHaveLength(4);
  });

  it('counts once when both catch-all addresses are one', () => {
    const result = apply({ CatchAllAddress: 'x@test.com', CatchAllCCAddress: 'x@TEST.com' }, EVERYBODY);
    expect(groupsOf(result)).toEqual([[['x@test.com'], [], []]]);
  });

  it('skips AllowedDomains', () => {
    const result = apply({ CatchAllAddress: 'catch@test.com', AllowedDomains: 'contoso.com' }, EVERYBODY);
    expect(groupsOf(result)).toEqual([[['catch@test.com'], [], []]]);
    expect(new Set(result.dropped.map(item => item.rule))).toEqual(new Set(['catch-all']));
  });

  it('is counted by MaxRecipients in place of the originals', () => {
    const result = apply(
      { CatchAllAddress: 'x@test.com', MaxRecipients: 1, MaxRecipientsOverflow: 'Reject' },
      EVERYBODY,
    );
    expect(groupsOf(result)).toEqual([[['x@test.com'], [], []]]);
  });

  it('has all originals in dropped, itself too when it was one', () => {
    const result = apply({ CatchAllAddress: 'a@contoso.com' }, EVERYBODY);
    expect(groupsOf(result)).toEqual([[['a@contoso.com'], [], []]]);
    expect(result.dropped.map(item => item.address)).toContain('a@contoso.com');
  });
});

describe('CatchAllCCAddress alone', () => {
  const settings = { CatchAllCCAddress: 'Copy <copy@test.com>' };

  it('is added once as a Cc, and nobody is dropped', () => {
    const result = apply(settings, EVERYBODY);
    expect(groupsOf(result)).toEqual([
      [['a@contoso.com', 'b@fabrikam.com'], ['c@contoso.com', 'copy@test.com'], ['d@fabrikam.com']],
    ]);
    expect(result.dropped).toEqual([]);
    expect(result.original).toBeUndefined();
  });

  it.each([['to'], ['cc']])('is not added to a mail that names it in %s', field => {
    const result = apply(settings, { to: 'a@contoso.com', [field]: 'copy@TEST.com' });
    expect(
      groupsOf(result)
        .flat(2)
        .filter(address => address === 'copy@test.com'),
    ).toHaveLength(1);
    expect(result.groups[0]?.[field === 'to' ? 'to' : 'cc']).toEqual([{ address: 'copy@test.com' }]);
  });

  it('is added to a mail that has only blind recipients', () => {
    expect(groupsOf(apply(settings, { bcc: 'd@x.com' }))).toEqual([[[], ['copy@test.com'], ['d@x.com']]]);
  });

  it('is counted by MaxRecipients before the Bcc', () => {
    const result = apply({ ...settings, MaxRecipients: 4 }, EVERYBODY);
    expect(droppedBy(result)).toEqual(['bcc d@fabrikam.com max-recipients']);
  });
});

describe('AllowedDomains', () => {
  it('drops recipients elsewhere, from every field', () => {
    const result = apply({ AllowedDomains: 'contoso.com' }, EVERYBODY);
    expect(groupsOf(result)).toEqual([[['a@contoso.com'], ['c@contoso.com'], []]]);
    expect(droppedBy(result)).toEqual([
      'to b@fabrikam.com allowed-domains',
      'bcc d@fabrikam.com allowed-domains',
    ]);
  });

  it('leaves nobody when nobody is allowed', () => {
    const result = apply({ AllowedDomains: 'other.com' }, EVERYBODY);
    expect(result.groups).toEqual([]);
    expect(result.dropped).toHaveLength(4);
  });

  it.each([
    ['contoso.com', 'x@contoso.com', true],
    ['CONTOSO.com ; ', 'x@Contoso.COM', true],
    ['contoso.com', 'x@mail.contoso.com', false],
    ['contoso.com', 'x@notcontoso.com', false],
    ['contoso.com', 'x@contoso.com.evil.com', false],
    ['*.contoso.com', 'x@mail.contoso.com', true],
    ['*.contoso.com', 'x@a.b.contoso.com', true],
    ['*.contoso.com', 'x@contoso.com', false],
    ['*.contoso.com', 'x@evilcontoso.com', false],
    ['*.contoso.com;contoso.com', 'x@contoso.com', true],
    ['bücher.example', 'x@xn--bcher-kva.example', true],
    ['xn--bcher-kva.example', 'x@BÜCHER.example', true],
    ['*.bücher.example', 'x@a.bücher.example', true],
    ['', 'x@anywhere.com', true],
  ])('%j and %s: allowed is %s', (AllowedDomains, to, allowed) => {
    expect(apply({ AllowedDomains }, { to }).groups).toHaveLength(allowed ? 1 : 0);
  });

  it.each([
    'user%evil.example@contoso.com',
    'evil.example!user@contoso.com',
    '%@contoso.com',
    'user%a.example%b.example@contoso.com',
    'user％evil.example@contoso.com',
    'evil.example！user@contoso.com',
    'user﹪evil.example@contoso.com',
    'user＠evil.example@contoso.com',
  ])('drops %s, which can be routed elsewhere', address => {
    const { groups, dropped } = apply(
      { AllowedDomains: 'contoso.com' },
      { to: address, cc: 'ok@contoso.com' },
    );
    expect(groups).toEqual([{ to: [], cc: [{ address: 'ok@contoso.com' }], bcc: [] }]);
    expect(dropped).toEqual([
      {
        address,
        field: 'to',
        rule: 'allowed-domains',
        reason: expect.stringContaining('can be routed elsewhere'),
      },
    ]);
  });

  it('lets such an address pass where mail may go everywhere', () => {
    const to = ['user%evil.example@contoso.com', 'evil.example!user@contoso.com'];
    expect(groupsOf(apply({}, { to }))).toEqual([[to, [], []]]);
  });

  it('says of such an address elsewhere that its domain is not allowed', () => {
    const { dropped } = apply({ AllowedDomains: 'contoso.com' }, { to: 'a%contoso.com@evil.example' });
    expect(dropped[0]?.reason).toBe('the domain is not in AllowedDomains');
  });

  it.each([
    '"user%evil.example"@contoso.com',
    '<@contoso.com:user@evil.example>',
    'user@contoso.com.',
    'user@contoso.com\0.evil.example',
  ])('is not reached by what is no address here: %j', async to => {
    expect(await messageErrorOf(() => apply({ AllowedDomains: 'contoso.com' }, { to }))).toMatchObject({
      code: 'EMAILADDRESS',
    });
  });

  it('comes before MaxRecipients, so that only the allowed are counted', () => {
    const result = apply(
      { AllowedDomains: 'contoso.com', MaxRecipients: 2, MaxRecipientsOverflow: 'Reject' },
      EVERYBODY,
    );
    expect(groupsOf(result)).toEqual([[['a@contoso.com'], ['c@contoso.com'], []]]);
  });

  it('is matched on whole labels', () => {
    expect(isAllowedDomain(['*.contoso.com'], 'xcontoso.com')).toBe(false);
    expect(isAllowedDomain([], 'contoso.com')).toBe(false);
  });
});

describe('one mailbox', () => {
  it('counts once, and the first field wins', () => {
    const result = apply(
      {},
      {
        to: ['Ann <a@contoso.com>', 'a@CONTOSO.com'],
        cc: ['a@contoso.com', 'c@contoso.com'],
        bcc: ['c@Contoso.com', 'd@contoso.com', 'a@contoso.com'],
      },
    );
    expect(groupsOf(result)).toEqual([[['a@contoso.com'], ['c@contoso.com'], ['d@contoso.com']]]);
    expect(result.groups[0]?.to[0]?.name).toBe('Ann');
    expect(result.dropped).toEqual([]);
  });

  it('differs from another by the case of its local part', () => {
    expect(groupsOf(apply({}, { to: ['a@x.com', 'A@x.com'] }))).toEqual([[['a@x.com', 'A@x.com'], [], []]]);
  });

  it('is the same with its domain in Unicode or ASCII', () => {
    expect(groupsOf(apply({}, { to: ['a@bücher.example', 'a@xn--bcher-kva.example'] }))).toEqual([
      [['a@xn--bcher-kva.example'], [], []],
    ]);
  });

  it('is counted once by MaxRecipients', () => {
    const result = apply(
      { MaxRecipients: 1, MaxRecipientsOverflow: 'Reject' },
      { to: ['a@x.com', 'a@X.com'] },
    );
    expect(groupsOf(result)).toEqual([[['a@x.com'], [], []]]);
  });
});

const MANY: Fields = {
  to: ['1@x.com', '2@x.com', '3@x.com'],
  cc: ['4@x.com', '5@x.com'],
  bcc: ['6@x.com', '7@x.com'],
};

describe('MaxRecipients', () => {
  it('is 20 when nothing is set', () => {
    const to = Array.from({ length: 25 }, (_, index) => `${index}@x.com`);
    const result = apply({}, { to });
    expect(result.groups[0]?.to).toHaveLength(20);
    expect(result.dropped.map(item => item.address)).toEqual(to.slice(20));
  });

  it('is reached without effect', () => {
    expect(groupsOf(apply({ MaxRecipients: 7, MaxRecipientsOverflow: 'Reject' }, MANY))).toHaveLength(1);
  });

  it.each([
    [
      3,
      [['1@x.com', '2@x.com', '3@x.com'], [], []],
      ['cc 4@x.com', 'cc 5@x.com', 'bcc 6@x.com', 'bcc 7@x.com'],
    ],
    [4, [['1@x.com', '2@x.com', '3@x.com'], ['4@x.com'], []], ['cc 5@x.com', 'bcc 6@x.com', 'bcc 7@x.com']],
    [6, [['1@x.com', '2@x.com', '3@x.com'], ['4@x.com', '5@x.com'], ['6@x.com']], ['bcc 7@x.com']],
  ])('%d keeps the first over To, Cc, Bcc and drops the rest, reported', (MaxRecipients, group, dropped) => {
    for (const overflow of [{}, { MaxRecipientsOverflow: 'Drop' }]) {
      const result = apply({ MaxRecipients, ...overflow }, MANY);
      expect(groupsOf(result)).toEqual([group]);
      expect(droppedBy(result)).toEqual(dropped.map(item => `${item} max-recipients`));
    }
  });

  it('with Split makes further messages of the rest and drops nobody', () => {
    const result = apply({ MaxRecipients: 3, MaxRecipientsOverflow: 'Split' }, MANY);
    expect(groupsOf(result)).toEqual([
      [['1@x.com', '2@x.com', '3@x.com'], [], []],
      [[], ['4@x.com', '5@x.com'], ['6@x.com']],
      [[], [], ['7@x.com']],
    ]);
    expect(result.dropped).toEqual([]);
  });

  it('with Reject is an error that counts', async () => {
    const error = await messageErrorOf(() =>
      apply({ MaxRecipients: 6, MaxRecipientsOverflow: 'Reject' }, MANY),
    );
    expect([error.code, error.field]).toEqual(['EMAILRECIPIENTLIMIT', 'to']);
    expect(error.message).toMatch(/7 recipients.*MaxRecipients \(6\)/);
  });

  it('adds to what AllowedDomains dropped, in the order of the rules', () => {
    const result = apply({ AllowedDomains: 'contoso.com', MaxRecipients: 1 }, EVERYBODY);
    expect(droppedBy(result)).toEqual([
      'to b@fabrikam.com allowed-domains',
      'bcc d@fabrikam.com allowed-domains',
      'cc c@contoso.com max-recipients',
    ]);
  });
});

describe('a dropped recipient', () => {
  it.each([
    ['disabled', { Enabled: false }, 'Enabled is false'],
    ['catch-all', { CatchAllAddress: 'x@x.com' }, 'CatchAllAddress receives all mail'],
    ['allowed-domains', { AllowedDomains: 'x.com' }, 'the domain is not in AllowedDomains'],
    ['max-recipients', { MaxRecipients: 1 }, 'MaxRecipients is 1'],
  ])('has a reason for people: %s', (rule, settings, reason) => {
    const { dropped } = apply(settings, { to: ['1@y.com', '2@y.com'] });
    expect(dropped.at(-1)).toEqual({ address: '2@y.com', field: 'to', rule, reason });
  });
});
