// Runs in the page that shows a mail: what a reader sees of it, and what not. Its value is what can be asked.
(() => {
  const styleOf = element => getComputedStyle(element);

  /** The texts of the mail in their order, each with whether it is on the screen. */
  function texts() {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.data.trim() === '' || node.parentElement.closest('style, script, title')) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const box = range.getBoundingClientRect();
      const style = styleOf(node.parentElement);
      const shown =
        node.parentElement.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
        box.width > 1 &&
        box.height > 1 &&
        Number.parseFloat(style.fontSize) > 1;
      found.push({ text: node.data, shown, parent: node.parentElement, box });
    }
    return found;
  }

  const nameOf = element =>
    `${element.tagName.toLowerCase()}${element.className ? `.${element.className}` : ''} "${element.textContent.trim().replace(/\s+/g, ' ').slice(0, 60)}"`;

  return {
    /** How many pixels the reader must scroll to the side for, and what lies beyond an edge. */
    overflow() {
      const boxes = [
        ...texts().filter(({ shown }) => shown),
        ...[...document.images].map(image => ({ parent: image, box: image.getBoundingClientRect() })),
      ];
      const cut = boxes.filter(({ box }) => box.left < -0.5 || box.right > innerWidth + 0.5);
      return {
        pixels: Math.max(0, document.scrollingElement.scrollWidth - innerWidth),
        cut: [...new Set(cut.map(({ parent }) => nameOf(parent)))],
      };
    },
    /** The texts that nobody sees. */
    hidden: () => texts().flatMap(({ text, shown }) => (shown ? [] : [text])),
    /** All that is seen, a text a line. */
    seen: () =>
      texts()
        .flatMap(({ text, shown }) => (shown ? [text] : []))
        .join('\n'),
    /** The addresses behind the links that are seen. */
    links: () => [
      ...new Set(
        [...document.querySelectorAll('a[href]')]
          .filter(link => link.checkVisibility())
          .map(link => link.getAttribute('href')),
      ),
    ],
    /** What axe-core finds: all of its rules, and where it cannot tell the contrast. */
    async accessibility() {
      const { violations, incomplete } = await axe.run(document, {
        resultTypes: ['violations', 'incomplete'],
      });
      return [...violations, ...incomplete.filter(({ id }) => id === 'color-contrast')].flatMap(
        ({ id, nodes }) =>
          nodes.map(
            ({ target, html, any }) =>
              `${id} at ${target.join(' ')}: ${any[0]?.message ?? html.slice(0, 100)}`,
          ),
      );
    },
    /** Takes away what Word lacks, which draws mails for Outlook on Windows. */
    likeWord() {
      const unknown = [
        'border-radius',
        'max-width',
        'max-height',
        'background-image',
        'box-shadow',
        'opacity',
        'overflow',
      ];
      const ofTextAlone = ['padding', 'width', 'display'];
      for (const element of document.querySelectorAll('[style]')) {
        // Its own properties, of which browsers know nothing.
        const written = element.getAttribute('style');
        const [, padding] = /mso-padding-alt:([^;]+)/i.exec(written) ?? [];
        const hides = element.style.display === 'none';
        for (const name of unknown) element.style.removeProperty(name);
        const onText = !/^(?:td|th|table|tr|body|img)$/i.test(element.tagName);
        if (onText && !hides) for (const name of ofTextAlone) element.style.removeProperty(name);
        if (padding !== undefined) element.style.padding = padding;
        if (/mso-hide:\s*all/i.test(written)) element.style.display = 'none';
      }
    },
  };
})();
