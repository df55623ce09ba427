// For processes that a test starts: `node --import` of this file makes every module get the packages of Nest 11.
import { register } from 'node:module';

register('./resolve-hook.mjs', import.meta.url);
