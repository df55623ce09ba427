/** What JavaScript lets a caller hand over in place of any value. */
export interface HostileValue {
  readonly called: string;
  /** Makes it anew, as some can be looked at once. */
  readonly make: () => unknown;
}

/** A proxy of which nothing can be read any more. */
export function revoked(target: object = {}): unknown {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

/** A proxy that throws at whatever is done with it. */
export function refusing(target: object = {}): unknown {
  const refuse = (): never => {
    throw new Error('a trap that holds Secret-0123456789');
  };
  return new Proxy(target, {
    get: refuse,
    has: refuse,
    ownKeys: refuse,
    getPrototypeOf: refuse,
    getOwnPropertyDescriptor: refuse,
  });
}

/** An object whose fields of these names throw when they are read. */
export function throwing(...names: readonly string[]): object {
  const made = {};
  for (const name of names)
    Object.defineProperty(made, name, {
      enumerable: true,
      get(): never {
        throw new Error('a getter that holds Secret-0123456789');
      },
    });
  return made;
}

function holes(length: number): unknown[] {
  const list: unknown[] = [];
  list.length = length;
  return list;
}

function cyclic(): object {
  const made: Record<string, unknown> = {};
  made['self'] = made;
  return made;
}

const NAMES = ['to', 'name', 'address', 'content', 'filename', 'toString', 'length', 'then', 'label', 'url'];

/** Values that are wrong wherever they stand, and would do harm to code that does not expect them. */
export const HOSTILE_VALUES: readonly HostileValue[] = [
  { called: 'a boxed text', make: () => Object('ab') },
  { called: 'a number', make: () => 5 },
  { called: 'a symbol', make: () => Symbol('x') },
  { called: 'a bigint', make: () => 10n },
  { called: 'a function', make: () => () => 'x' },
  { called: 'a promise', make: () => Promise.resolve('x') },
  { called: 'a Map', make: () => new Map([['to', 'x']]) },
  { called: 'a Date that is none', make: () => new Date(Number.NaN) },
  { called: 'a list of holes', make: () => holes(3) },
  { called: 'a list of 4,000,000,000 holes', make: () => holes(4_000_000_000) },
  { called: 'a list of lists', make: () => [[['x']]] },
  { called: 'a list of null', make: () => [null] },
  { called: 'a list that is a revoked proxy', make: () => revoked([]) },
  { called: 'a list whose length is a lie', make: () => new Proxy([], { get: () => 1e15 }) },
  { called: 'a list in which reading throws', make: () => refusing(['x']) },
  { called: 'an object that is a revoked proxy', make: () => revoked() },
  { called: 'an object in which everything throws', make: () => refusing() },
  { called: 'an object whose fields throw', make: () => throwing(...NAMES) },
  { called: 'a list of objects whose fields throw', make: () => [throwing(...NAMES)] },
  { called: 'an object that holds itself', make: cyclic },
  { called: 'a text of 40 million characters', make: () => 'a '.repeat(20_000_000) },
  { called: 'a list of 2,000,000 texts', make: () => holes(2_000_000).fill('ann@example.com') },
];
