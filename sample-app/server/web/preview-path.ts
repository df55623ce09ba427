/** Injection token: the path of the preview; nothing is provided where there is none, as in production. */
export const PREVIEW_PATH = Symbol('PREVIEW_PATH');
