// `node --import`: lets Node.js run the example's TypeScript with its decorators, by the compiler that Jest uses too.
import { register } from 'node:module';

register('./swc-hooks.mjs', import.meta.url);
