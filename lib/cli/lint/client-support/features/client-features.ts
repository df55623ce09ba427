import type { ClientFeature } from '../client-feature.js';
import { ELEMENT_FEATURES } from './element-features.js';
import { LAYOUT_FEATURES } from './layout-features.js';
import { PAINT_FEATURES } from './paint-features.js';
import { SHEET_FEATURES } from './sheet-features.js';

/** Everything that the rules of `client-support` know. */
export const CLIENT_FEATURES: readonly ClientFeature[] = [
  ...ELEMENT_FEATURES,
  ...LAYOUT_FEATURES,
  ...PAINT_FEATURES,
  ...SHEET_FEATURES,
];
