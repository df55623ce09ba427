import { describe, expect, it } from '@jest/globals';
import { markUnusedParameters } from '../../../lib/core/templates/rendering/unused-parameters.js';

describe('The parameters of a function that Handlebars has written', () => {
  it('begin with a line where nothing but a text names them', () => {
    const code =
      '{"main":function(container,depth0,data) {\nif (depth0) { x = "data }"; }\nreturn depth0;\n}}';
    expect(markUnusedParameters(code)).toBe(
      '{"main":function(_container, depth0, _data) {\nif (depth0) { x = "data }"; }\nreturn depth0;\n}}',
    );
  });

  it('are those of each function by itself, up to its end', () => {
    const code =
      '{"0":function(a,b) {\nreturn a;\n},"main_d":  function(a, b) {\nif (b) { b = "}"; }\nreturn b;\n}}';
    expect(markUnusedParameters(code)).toBe(
      '{"0":function(a, _b) {\nreturn a;\n},"main_d":function(_a, b) {\nif (b) { b = "}"; }\nreturn b;\n}}',
    );
  });

  it('are none where a text looks like a function', () => {
    const code = '{"main":function(a) {\nreturn "\\":function(a) {\\n}" + a;\n}}';
    expect(markUnusedParameters(code)).toBe(code);
  });
});
