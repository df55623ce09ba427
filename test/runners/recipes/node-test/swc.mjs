// node --import ./swc.mjs --test src/jobs.spec.ts
import { register } from 'node:module';

register('./swc-hooks.mjs', import.meta.url);
