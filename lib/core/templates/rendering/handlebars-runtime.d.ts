/** What Handlebars ships for running templates that were compiled before. Its own types know it by a name that Node.js does not find. */
declare module 'handlebars/runtime.js' {
  import type Handlebars from 'handlebars';

  /** An environment without parser and compiler. */
  const runtime: Pick<typeof Handlebars, 'create' | 'escapeExpression'>;
  export default runtime;
}
