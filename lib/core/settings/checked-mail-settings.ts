import type {
  DkimSettings,
  MailSettings,
  MailSettingsInput,
  OAuth2Settings,
  PasswordResetSettings,
} from './mail-settings.js';
import type { ResolvedPasswordResetSettings } from './resolved-mail-settings.js';

/** Keys that may stand beside the settings: the schema for editors, and the parts of settings that were resolved before. */
interface Companions {
  $schema?: string;
  delivery?: 'smtp' | 'pickup' | (string & {});
  passwordReset?: Partial<ResolvedPasswordResetSettings>;
}
/** `PrivateKeyId` is a part of settings that were resolved before. */
type OAuth2Keys = OAuth2Settings & { PrivateKeyId?: string };

type Flat = MailSettings & Companions;
type Agent = PasswordResetSettings & Pick<Companions, '$schema'>;

/** The keys of settings that hold settings of their own. */
interface Nested {
  oauth2: OAuth2Keys;
  dkim: DkimSettings;
  passwordreset: Partial<ResolvedPasswordResetSettings>;
  mailsettings: Flat;
  passwordresetsettings: Agent;
  notificationsettings: NonNullable<PasswordResetSettings['NotificationSettings']>;
  tokenbuildingsettings: NonNullable<PasswordResetSettings['TokenBuildingSettings']>;
  twofactorsettings: NonNullable<PasswordResetSettings['TwoFactorSettings']>;
}

/** Settings by their name in lower case: keys are matched in any case. */
type ByName<T> = { [K in keyof T as Lowercase<K & string>]-?: T[K] };
type FlatByName = ByName<Flat>;
type AgentByName = ByName<Agent>;
type NestedByName = { [K in keyof Nested]: ByName<Nested[K]> };

type Lower<K> = Lowercase<K & string>;
type Unset = null | undefined | '';
type Trimmed<V extends string> = V extends ` ${infer R}` | `${infer R} ` ? Trimmed<R> : V;
/** Whether a text is known to the compiler letter by letter. */
type IsLiteral<V extends string> = {} extends Record<V, 1> ? false : true;
/** The words of a setting that has but a few: of `'A' | 'B' | (string & {})` the two. */
type WordsOf<T> = T extends string ? (string extends T ? never : T) : never;

/** A text that the compiler knows must be one of the words, in any case; any other text may be. */
type Word<V extends string, Words extends string, Allowed> =
  IsLiteral<V> extends false ? V : Lowercase<Trimmed<V>> extends Lowercase<Words> ? V : Allowed;

/** The value itself where it may be right, else what would be. `T` is the setting's type in {@link MailSettings}. */
type Value<V, T, Name> = unknown extends V
  ? V
  : V extends Unset
    ? V | WordsOf<T>
    : [WordsOf<T>] extends [never]
      ? number extends T
        ? Numeric<V>
        : Text<V, T, Name>
      : V extends string
        ? Word<V, WordsOf<T>, WordsOf<T> | Extract<T, boolean>>
        : V extends Extract<T, boolean>
          ? V
          : WordsOf<T> | Extract<T, boolean>;

/** Numbers may be written as text. */
type Numeric<V> = V extends number | `${number}`
  ? V
  : V extends string
    ? IsLiteral<V> extends true
      ? number | `${number}`
      : V
    : number | `${number}`;

/** Settings that people leave the quotes off: a number stands for the text of its digits. */
type Digits = 'username' | 'password';
/** Elsewhere a number in JSON may stand for them, too, and one in code is a mistake. */
type Text<V, T, Name> = V extends T
  ? V
  : V extends number
    ? Name extends Digits
      ? V
      : number extends V
        ? V
        : T
    : T;

/** The settings in a section. Keys that are not known are left out: the compiler then refuses them in a literal, and nowhere else. */
type Section<V, Names, T> = {
  [K in keyof V as Lower<K> extends keyof Names ? K : never]: Lower<K> extends keyof Nested
    ? NestedValue<V[K], Lower<K>>
    : Value<V[K], Names[Lower<K> & keyof Names], Lower<K>>;
} & { [K in keyof T]?: unknown };

/** One section, or a list of them, which may be an object with indexes as keys. */
type NestedValue<V, Name extends keyof Nested> = unknown extends V
  ? V
  : V extends Unset
    ? V
    : V extends readonly unknown[]
      ? Name extends 'dkim'
        ? { [I in keyof V]: NestedValue<V[I], Name> }
        : Nested[Name]
      : V extends object
        ? Name extends 'dkim'
          ? KeyOrKeys<V>
          : Section<V, NestedByName[Name], Nested[Name]>
        : Nested[Name];

/** The setting `Dkim`: the environment writes a list as an object with indexes as keys. */
type KeyOrKeys<V> = keyof V & (number | `${number}`) extends never
  ? Section<V, NestedByName['dkim'], DkimSettings>
  : { [K in keyof V]: NestedValue<V[K], 'dkim'> };

/** A whole `appsettings.json`, where sections of others stand beside ours; but settings outside the sections would not be read. */
type WholeFile<S> = {
  [K in keyof S as Lower<K> extends keyof FlatByName ? never : K]: Lower<K> extends keyof Nested
    ? NestedValue<S[K], Lower<K>>
    : S[K];
} & { MailSettings?: unknown; PasswordResetSettings?: unknown };

type AgentSections = 'notificationsettings' | 'tokenbuildingsettings' | 'twofactorsettings';

/** The keys that are known one by one, of which a `Record<string, unknown>` has none. */
type KnownKeys<S> = keyof { [K in keyof S as string extends K ? never : K]: never };

type Shape<S> = Lower<KnownKeys<S>> &
  (AgentSections | 'mailsettings' | 'passwordresetsettings') extends infer Sections
  ? [Sections] extends [never]
    ? Section<S, FlatByName, MailSettings>
    : [Sections & 'passwordresetsettings'] extends [never]
      ? [Sections & AgentSections] extends [never]
        ? WholeFile<S>
        : Section<S, AgentByName, PasswordResetSettings>
      : WholeFile<S>
  : never;

/**
 * Whether settings are of the very type. Where a value may have one of several types of settings, the compiler takes the first of
 * them for S, and that is this one.
 */
type IsMailSettings<S> = [S, keyof S] extends [MailSettings, keyof MailSettings]
  ? [MailSettings, keyof MailSettings] extends [S, keyof S]
    ? true
    : false
  : false;

/**
 * Mail settings as the compiler checks them where they are written in code: keys that are not known and values that can never be
 * right do not compile, whatever their case. What the compiler does not know passes, and is checked at the start: a section of
 * `ConfigService`, a JSON file, a text of the environment.
 *
 * As the type of a parameter, in place of {@link MailSettingsInput}: `function open<const S>(settings: CheckedMailSettings<S>)`.
 */
export type CheckedMailSettings<S> = [S] extends [never]
  ? S
  : unknown extends S
    ? S
    : IsMailSettings<S> extends true
      ? MailSettingsInput
      : [S] extends [null | undefined]
        ? MailSettingsInput
        : S extends readonly unknown[] | ((...values: never[]) => unknown)
          ? MailSettingsInput
          : S extends object
            ? Shape<S>
            : S extends undefined
              ? S
              : MailSettingsInput;
