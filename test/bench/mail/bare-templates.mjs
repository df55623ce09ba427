import Handlebars from 'handlebars';
import { HTML, PARTIALS, SUBJECT, TEXT, WHOLE_HTML } from './reset-mail.mjs';

/**
 * The mail as bare Handlebars: each part compiled once, nothing around it.
 *
 * @param {{ idlePartials?: number }} [options] as for the folders
 * @returns {{ subject: (context: object) => string, html: (context: object) => string, text: (context: object) => string }}
 */
export function bareTemplates({ idlePartials } = {}) {
  const environment = Handlebars.create();
  const plain = { noEscape: true };
  if (idlePartials === undefined) environment.registerPartial(PARTIALS);
  for (let n = 0; n < (idlePartials ?? 0); n++) environment.registerPartial(`idle-${n}`, PARTIALS.button);
  return {
    subject: environment.compile(SUBJECT, plain),
    html: environment.compile(idlePartials === undefined ? HTML : WHOLE_HTML),
    text: environment.compile(TEXT, plain),
  };
}
