import { afterEach, describe, expect, it } from '@jest/globals';
import { CLIENT_FEATURES } from '../../../../lib/cli/lint/client-support/features/client-features.js';
import { isMailClient } from '../../../../lib/cli/lint/client-support/mail-client.js';
import { CLEAN, LintFixture } from '../lint-fixture.js';
import { FEATURE_EXAMPLES } from './feature-examples.js';

const fixture = new LintFixture();
afterEach(() => fixture.clean());

describe('What is known of mail clients', () => {
  it('has each feature once, under a name that fits into a rule', () => {
    const ids = CLIENT_FEATURES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter(id => !/^[a-z]+(?:-[a-z]+)*$/.test(id))).toEqual([]);
  });

  it.each(CLIENT_FEATURES.map(feature => [feature.id, feature] as const))(
    'says of %s who lacks it, what is lost, what to write, and where and when that was read',
    (_id, { lacking, loses, instead, source, checked }) => {
      expect(lacking.length).toBeGreaterThan(0);
      expect(lacking.every(isMailClient)).toBe(true);
      expect(new Set(lacking).size).toBe(lacking.length);
      expect(loses).toMatch(/^[a-z][^]*[^.]$/);
      expect(instead).toMatch(/^[A-Z][^]*[.]$/);
      expect(source).toMatch(
        /^https:\/\/(?:www\.caniemail\.com\/features\/[a-z0-9-]+\/|github\.com\/[\w/-]+\/issues\/\d+)$/,
      );
      expect(new Date(checked).toISOString().slice(0, 10)).toBe(checked);
    },
  );

  it('has an example of every feature', () => {
    expect(Object.keys(FEATURE_EXAMPLES).toSorted()).toEqual(CLIENT_FEATURES.map(({ id }) => id).toSorted());
  });

  it.each(
    CLIENT_FEATURES.flatMap(feature =>
      (FEATURE_EXAMPLES[feature.id] ?? []).map(
        html => [feature.id, html.slice(0, 90), feature, html] as const,
      ),
    ),
  )('finds %s in %s', async (id, _shown, { severity, lacking, source, instead }, html) => {
    const found = await fixture.findings({ ...CLEAN, 't/html.hbs': html, 't/a.svg': '<svg/>' });
    const own = found.filter(({ rule }) => rule === `client-support/${id}`);
    expect(own).toEqual([expect.objectContaining({ file: 't/html.hbs', severity, source })]);
    expect(own[0]?.clients?.toSorted()).toEqual(lacking.toSorted());
    expect(own[0]?.message).toContain(instead);
  });
});
