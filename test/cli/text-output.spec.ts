import { expect, it } from '@jest/globals';
import { jsonDocument } from '../../lib/cli/text-output.js';

it('A JSON document is what it was made of, and holds nothing that a terminal obeys', () => {
  const value = { text: 'a\u001b[31m\u009b2J\u202e\u2028\u{e0041}é\n', list: ['\u007f', '漢'] };
  const document = jsonDocument(value);
  expect(JSON.parse(document)).toEqual(value);
  expect(document).not.toMatch(/[^\P{C}\n]|[\p{Zl}\p{Zp}]/u);
  expect(document).toContain('é');
});
