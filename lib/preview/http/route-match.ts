import type { PreviewRoute } from './preview-route.js';

/** What was found for a method and a path. */
export type RouteMatch =
  | { readonly kind: 'none' }
  | { readonly kind: 'method'; readonly allowed: readonly string[] }
  | {
      readonly kind: 'route';
      readonly route: PreviewRoute;
      readonly params: Readonly<Record<string, string>>;
    };

/** Finds the first route for a method and a path; `HEAD` takes that of `GET`. */
export function findRoute(routes: readonly PreviewRoute[], method: string, path: string): RouteMatch {
  const wanted = method === 'HEAD' ? 'GET' : method;
  const allowed = new Set<string>();
  for (const route of routes) {
    const params = paramsOf(route.path, path);
    if (!params) continue;
    if (route.method === wanted) return { kind: 'route', route, params };
    allowed.add(route.method);
    if (route.method === 'GET') allowed.add('HEAD');
  }
  return allowed.size === 0 ? { kind: 'none' } : { kind: 'method', allowed: [...allowed] };
}

function paramsOf(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const text = given[index] ?? '';
    if (segment.startsWith(':')) {
      const value = decoded(text);
      if (value === undefined || value === '') return undefined;
      params[segment.slice(1)] = value;
    } else if (segment !== text) return undefined;
  }
  return params;
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
