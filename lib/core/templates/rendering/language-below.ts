/** Name of the partial that says in a language that its version of a mail stands below; no template uses it by name. */
export const LANGUAGE_BELOW = 'language-below';

/** Name of the partial with its words, which must be there in the language itself. */
export const LANGUAGE_BELOW_WORDS = 'words/common/follows';
