import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { ALL_RECIPES, RECIPES, runRecipe } from './recipe-project.js';

describe('The recipes for test runners', () => {
  let folder: TemporaryDirectory;
  beforeEach(() => {
    folder = temporaryDirectory();
  });
  afterEach(() => folder.remove());

  it('are all run', () => {
    expect(readdirSync(RECIPES).toSorted()).toEqual(Object.keys(ALL_RECIPES).toSorted());
  });

  it.each(Object.entries(ALL_RECIPES))('work: %s', async (name, recipe) => {
    const { code, stdout, stderr } = await runRecipe(name, recipe, folder);
    expect(`${stdout}${stderr}`).toMatch(recipe.passed);
    expect(code).toBe(0);
  });
});
