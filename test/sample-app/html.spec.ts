import { describe, expect, it } from '@jest/globals';
import { html } from '../../sample-app/server/web/html.js';

describe('html', () => {
  it('escapes every value that is not markup itself', () => {
    const name = `<b onclick="x('y')">&`;
    expect(html`<p title="${name}">${name}</p>`.markup).toBe(
      '<p title="&lt;b onclick=&quot;x(&#39;y&#39;)&quot;&gt;&amp;">&lt;b onclick=&quot;x(&#39;y&#39;)&quot;&gt;&amp;</p>',
    );
  });

  it('takes markup and lists of markup as they are', () => {
    const items = ['a', '<'].map(item => html`<b>${item}</b>`);
    expect(html`${items}`.markup).toBe('<b>a</b>\n<b>&lt;</b>');
  });

  it('shows numbers, zero too, and nothing for undefined', () => {
    expect(html`${0}${undefined}${12}`.markup).toBe('012');
  });
});
