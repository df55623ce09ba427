import type Handlebars from 'handlebars';

/** What Handlebars hands on to partials: the helpers, partials and access rules of an environment, put together. */
export interface RuntimeScope extends Pick<Handlebars.RuntimeOptions, 'helpers' | 'partials' | 'decorators'> {
  readonly hooks?: unknown;
  readonly protoAccessControl?: unknown;
}

/**
 * Takes the scope of an environment out of Handlebars, by a partial that is run once. For a template that is run by
 * itself Handlebars puts it together anew each time, which costs more than rendering most templates does.
 */
export function runtimeScope(handlebars: typeof Handlebars): RuntimeScope {
  const probe = '.scope';
  let scope: RuntimeScope = {};
  handlebars.registerPartial(probe, (_context: unknown, options?: RuntimeScope) => {
    scope = { ...options };
    return '';
  });
  handlebars.template(callOf(probe))({});
  handlebars.unregisterPartial(probe);
  return scope;
}

/** What a container of Handlebars' runtime gives to the code of a template, as far as it is used here. */
interface Container {
  readonly decorators: unknown;
  invokePartial(partial: unknown, context: unknown, options: object): string;
}

/** What Handlebars makes of `{{> name}}`. */
function callOf(name: string): TemplateSpecification {
  return {
    compiler: [8, '>= 4.3.0'],
    usePartial: true,
    main: (
      container: Container,
      context: unknown,
      helpers: unknown,
      partials: Readonly<Record<string, unknown>>,
    ) =>
      container.invokePartial(partials[name], context, {
        name,
        helpers,
        partials,
        decorators: container.decorators,
      }),
  };
}
