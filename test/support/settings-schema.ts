import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';

/** What a JSON Schema says of one setting, as far as specs look at it. */
export interface SchemaOfSetting {
  readonly $ref?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly SchemaOfSetting[];
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, SchemaOfSetting>>;
  readonly patternProperties?: Readonly<Record<string, SchemaOfSetting>>;
  readonly additionalProperties?: boolean;
}

/** The schema that the package exports for `appsettings.json`. */
export interface SettingsSchema extends SchemaOfSetting {
  readonly $schema: string;
  readonly properties: Readonly<
    Record<'$schema' | 'MailSettings' | 'PasswordResetSettings', SchemaOfSetting>
  >;
  readonly definitions: Readonly<Record<'DkimKey', SchemaOfSetting>>;
}

/** Reads the schema that the package exports. */
export function settingsSchema(): SettingsSchema {
  const path = join(process.cwd(), 'appsettings.schema.json');
  return JSON.parse(readFileSync(path, 'utf8')) as SettingsSchema;
}

/** The words that a setting takes; undefined of one that takes others. */
export function wordsIn({ anyOf = [] }: SchemaOfSetting): readonly unknown[] | undefined {
  return anyOf.find(choice => choice.enum !== undefined)?.enum;
}

/** Makes a function that says where settings are not as the schema wants them: empty when they are. */
export function schemaCheck(): (settings: unknown) => string[] {
  const validate = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(
    settingsSchema(),
  );
  return settings =>
    validate(settings) ? [] : (validate.errors ?? []).map(error => `${error.instancePath} ${error.message}`);
}
