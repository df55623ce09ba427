/** All of the style of the preview's pages. Fonts and colours are those of the system. */
export const STYLE = `:root{color-scheme:light dark}
`;
