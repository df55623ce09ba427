/** What a template reads of a value: own fields only, and of a prototype not its constructor. */
export function readOwn(from: unknown, name: string): unknown {
  if (from === null || from === undefined || !Object.hasOwn(from, name)) return undefined;
  const value: unknown = Reflect.get(Object(from), name);
  return isConstructorOf(value, name, from) ? undefined : value;
}

/** Whether a value has an own field that templates may read. */
export function hasOwn(from: unknown, name: string): boolean {
  return from !== null && from !== undefined && Object.hasOwn(from, name);
}

/** A prototype's way back to its class, from which any code could be made. */
function isConstructorOf(value: unknown, name: string, from: unknown): boolean {
  return name === 'constructor' && typeof value === 'function' && value.prototype === from;
}
