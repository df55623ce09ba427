import { expect, it } from '@jest/globals';
import { array, assert, asyncProperty, constantFrom } from 'fast-check';
import { corpusPages } from './corpus.js';
import { made } from './made.js';

/** Tags and texts of the corpus, and tags that do not fit where they come to stand. */
const pieces = [
  ...corpusPages().flatMap(({ html }) => html.match(/<[^>]*>|[^<]+/g) ?? []),
  ...'</a> </p> </td> </tr> </table> <td> <tr> <table> <li> <a&#32;href=x> <b> </b> <br> </br> <pre> </pre> <blockquote> <![if&#32;x]> <!-- --> <caption> <style> <title> <svg/> <math> <x:y/> <sup>1 <dd> <rt> <option> <plaintext>'
    .split(' ')
    .map(piece => piece.replace('&#32;', ' ')),
  '<td colspan=99999 rowspan=9999>',
  '<ol start=99999999999 type=i>',
  '<span style="white-space:pre">',
  '<p style="display:inline">',
  '&zwnj;&nbsp;',
  '\u0007\ufdd0\ufdd1\ufdd2',
];

it('Pages whose pieces stand in any order have a text, without marks of our own and blanks at the ends of lines', async () => {
  await assert(
    asyncProperty(array(constantFrom(...pieces), { maxLength: 80 }), async parts => {
      const text = await made(parts.join(''));
      expect(text).not.toMatch(/[\ufdd0-\ufdd2]|[ \t]$/m);
    }),
    { numRuns: 1500 },
  );
});
