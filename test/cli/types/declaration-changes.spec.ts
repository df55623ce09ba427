import { expect, it } from '@jest/globals';
import { declarationChanges, isSameText } from '../../../lib/cli/types/declaration-changes.js';
import { declarationOf } from './typed-templates.js';

const OLD = declarationOf({
  'same/subject.hbs': 'S',
  'same/text.hbs': '{{a}}',
  'old/subject.hbs': 'O',
  'old/text.hbs': '{{#if a}}{{#each a}}{{b}}{{/each}}{{/if}}',
  "it's/other/subject.hbs": 'O',
  "it's/other/text.hbs": '{{a}}{{#each list}}{{title}}{{/each}}{{z}}',
  'only/subject.hbs': 'x',
  'only/text.hbs': 'x',
});

const NEW = declarationOf({
  'same/subject.hbs': 'S',
  'same/text.hbs': '{{a}}',
  "it's/other/subject.hbs": 'O',
  "it's/other/text.hbs": '{{formatDate a}}{{#each list}}{{title}}{{/each}}{{z}}',
  'new/subject.hbs': 'N',
  'new/text.hbs': '{{a}}',
  'only/subject.hbs': 'x',
  'only/text.hbs': 'x',
});

it('Nothing differs between a file and itself, whatever its line ends', () => {
  const windows = OLD.replaceAll('\n', '\r\n');
  expect(declarationChanges(OLD, OLD)).toEqual([]);
  expect(declarationChanges(windows, OLD)).toEqual([]);
  expect(isSameText(windows, OLD)).toBe(true);
  expect(isSameText(NEW, OLD)).toBe(false);
});

it('Differences are told template by template, with the lines that differ', () => {
  expect(declarationChanges(OLD, NEW)).toEqual([
    {
      kind: 'changed',
      old: ["import type { PrintableValue } from 'nest-mailroom';"],
      new: ["import type { DateValue, PrintableValue } from 'nest-mailroom';"],
    },
    { template: "it's/other", kind: 'changed', old: ['a: PrintableValue;'], new: ['a: DateValue;'] },
    {
      template: 'new',
      kind: 'added',
      old: [],
      new: expect.arrayContaining(['new: {', 'a: PrintableValue;']),
    },
    { template: 'old', kind: 'removed', old: expect.arrayContaining(['old: {']), new: [] },
  ]);
});

it('Everything is new when there was no file', () => {
  const changes = declarationChanges('', NEW);
  expect(changes.filter(({ kind }) => kind === 'added').map(({ template }) => template)).toEqual([
    "it's/other",
    'new',
    'only',
    'same',
  ]);
});
