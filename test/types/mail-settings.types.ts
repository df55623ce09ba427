import { ConfigService } from '@nestjs/config';
import type {
  CheckedMailSettings,
  MailerOptions,
  MailerRegistry,
  MailModuleAsyncOptions,
  MailModuleOptions,
  MailSettings,
  MailSettingsFactory,
  MailSettingsInput,
  ResolvedMailSettings,
} from 'nest-mailroom';
import { appsettings, MailModule, resolveMailSettings } from 'nest-mailroom';
import type { MailRelayOptions } from 'nest-mailroom/relay';
import { MailRelayModule } from 'nest-mailroom/relay';
import { MailTestingModule } from 'nest-mailroom/testing';
import file from './appsettings.json' with { type: 'json' };

/* Checked by `npm run typecheck`: each `@ts-expect-error` fails when the line below it compiles. */

const { forRoot, forRootAsync, fromConfig } = MailModule;
declare const anything: ReturnType<typeof JSON.parse>;
declare const unknown: unknown;
declare const record: Record<string, unknown>;
declare const frozen: Readonly<Record<string, unknown>>;
declare const config: ConfigService;
declare const settings: MailSettings;
declare const input: MailSettingsInput;
declare const resolved: ResolvedMailSettings;
declare const options: MailModuleOptions;
declare const asyncOptions: MailModuleAsyncOptions;
declare const relayOptions: MailRelayOptions;
declare const registry: MailerRegistry;
declare const mailerOptions: MailerOptions;
declare const production: boolean;

/** Settings of which the compiler knows little pass: they are checked at the start. */
export const sections = [
  forRoot(anything),
  forRoot(unknown),
  forRoot(record),
  forRoot(frozen),
  forRoot(settings),
  forRoot(input),
  forRoot(resolved),
  forRoot(appsettings()()),
  forRoot(file),
  forRoot(file.MailSettings),
  forRoot({ ...file.MailSettings, Password: process.env.MAIL_PASSWORD }),
  forRoot(config.get('MailSettings')),
  forRoot(config.get<MailSettings>('MailSettings')),
  forRoot(config.getOrThrow<MailSettings>('MailSettings')),
  forRoot(config.get<MailSettings>('MailSettings') ?? { Host: 'localhost' }),
  forRoot({ ...config.get('MailSettings'), Host: 'localhost' }),
  forRoot({ ...record, Host: 'localhost', secureSocketOption: 'none' }),
  forRoot({ ...settings, Port: 25 }),
  forRoot({ ...resolved, enabled: false }),
  forRoot({ MailSettings: record }),
  forRoot({ PasswordResetSettings: anything }),
  forRoot({ PasswordResetSettings: { MailSettings: settings, TwoFactorSettings: record } }),
];

const widened = { host: 'localhost', secureSocketOption: 'starttls', comment: 'mine', PORT: '25' };
const constant = {
  Host: 'localhost',
  OAuth2: { GrantType: 'JWTBEARER' },
  Dkim: [{ Domain: 'a.example' }],
} as const;
class OwnSettings {
  readonly Host = 'localhost';
  readonly FromAddress: string = 'a@example.com';
  Port = 25;
  readonly logged = true;
  describe(): string {
    return `${this.Host}:${this.Port}`;
  }
}
enum Tls {
  Always = 'StartTls',
  Wrong = 'Tls',
}

/** So do variables and instances, with whatever else they hold. */
export const variables = [
  forRoot(widened),
  forRoot({ ...widened, Host: 'localhost' }),
  forRoot(constant),
  forRoot(new OwnSettings()),
  forRoot(
    production ? { Host: 'localhost' } : { PickupDirectory: '/var/mail', UseSpecifiedPickupDirectory: true },
  ),
  forRoot(production ? settings : { Enabled: false }),
];

/** Keys and names in any case, numbers and flags as text, and what means "not set". */
export const literals = [
  forRoot({}),
  forRoot({ Host: 'localhost', Port: 25, FromAddress: 'a@example.com' }),
  forRoot({ host: 'localhost', PORT: '25', fromAddress: 'a@example.com', ENABLED: 'TRUE' }),
  forRoot({ secureSocketOption: 'StartTls' }),
  forRoot({ SecureSocketOption: 'starttlswhenavailable' }),
  forRoot({ SECURESOCKETOPTION: ' SSLONCONNECT ' }),
  forRoot({ SecureSocketOption: Tls.Always }),
  forRoot({ SecureSocketOption: production ? 'StartTls' : 'none' }),
  forRoot({
    SecureSocketOption: process.env.MAIL_TLS,
    Port: process.env.MAIL_PORT,
    Enabled: process.env.MAIL,
  }),
  forRoot({ SecureSocketOption: process.env.MAIL_TLS ?? 'Auto', Port: process.env.MAIL_PORT ?? 25 }),
  forRoot({
    MaxRecipientsOverflow: 'SPLIT',
    MaxRecipients: '50',
    PickupFormat: 'exchange',
    PickupFileMode: '0600',
  }),
  forRoot({ PickupFileMode: 0o600, MaxMessagesPerSecond: 0.5, ConnectionTimeout: '2.5' }),
  forRoot({ enabled: production, useDefaultCredentials: 'False', EnableSsl: '' }),
  forRoot({ AllowedDomains: 'a.example;b.example' }),
  forRoot({ allowedDomains: ['a.example', 'b.example'] }),
  forRoot({ Username: 4711, Password: 123_456, UserName: undefined, ReplyTo: null, Port: '' }),
  forRoot({ $schema: './appsettings.schema.json', Host: 'localhost' }),
  forRoot({ OAuth2: { GrantType: 'refreshtoken', tenantId: 'x', MECHANISM: 'xoauth2' } }),
  forRoot({ oauth2: { clientId: 'x', clientSecretFile: '/run/secret' } }),
  forRoot({ OAuth2: undefined, Dkim: null }),
  forRoot({ Dkim: { Domain: 'a.example', Selector: 'mail', PrivateKeyFile: 'key.pem' } }),
  forRoot({
    dkim: [
      { domain: 'a.example', selector: 'mail' },
      { DOMAIN: 'b.example', privatekey: 'x' },
    ],
  }),
  forRoot({ Dkim: { 0: { Domain: 'a.example' }, '1': { Domain: 'b.example' } } }),
  forRoot({ MailSettings: { Host: 'localhost', port: '25' } }),
  forRoot({ Logging: { LogLevel: 'Debug' }, mailSettings: { Host: 'localhost' }, ConnectionStrings: {} }),
  forRoot({
    PasswordResetSettings: {
      MailSettings: { Host: 'localhost' },
      NotificationSettings: { Cultures: ['en', 'fr'] },
      TokenBuildingSettings: { ValidFor: '03:00:00' },
      TwoFactorSettings: {
        ApplicationUri: 'https://contoso.com',
        resetConfirmationUri: 'https://contoso.com/?t=',
      },
    },
  }),
  forRoot({ MailSettings: { Host: 'localhost' }, NotificationSettings: { cultures: 'en;fr' } }),
  forRoot({ passwordReset: { validFor: 3600, cultures: ['en'] } }),
];

/** What can never be right does not compile. */
export const wrong = [
  // @ts-expect-error there is no such way to secure a connection
  forRoot({ SecureSocketOption: 'Tls' }),
  // @ts-expect-error whatever the case of the key
  forRoot({ secureSocketOption: 'Tls' }),
  // @ts-expect-error whatever the case of the key
  forRoot({ SECURESOCKETOPTION: 'tls' }),
  // @ts-expect-error and however the value came there
  forRoot({ SecureSocketOption: Tls.Wrong }),
  // @ts-expect-error one of the two is wrong
  forRoot({ SecureSocketOption: production ? 'StartTls' : 'no' }),
  // @ts-expect-error no words but three
  forRoot({ MaxRecipientsOverflow: 'drop it' }),
  // @ts-expect-error no words but two
  forRoot({ pickupFormat: 'eml' }),
  // @ts-expect-error true or false
  forRoot({ enabled: 'ja' }),
  // @ts-expect-error true or false
  forRoot({ EnableSsl: 1 }),
  // @ts-expect-error true or false
  forRoot({ useSpecifiedPickupDirectory: production && 'yes' }),
  // @ts-expect-error a mistyped key
  forRoot({ Host: 'x', Prot: 25 }),
  // @ts-expect-error whatever its case
  forRoot({ host: 'x', prot: '25' }),
  // @ts-expect-error even where nothing is in it
  forRoot({ Host: 'x', Pasword: process.env.MAIL_PASSWORD }),
  // @ts-expect-error or nothing else is there
  forRoot({ Prot: 25 }),
  // @ts-expect-error a key of another library
  forRoot({ Host: 'x', auth: { user: 'a', pass: 'b' } }),
  // @ts-expect-error an option in code is none
  forRoot({ Host: 'x', templates: { directories: ['x'] } }),
  // @ts-expect-error a number
  forRoot({ Port: 'smtp' }),
  // @ts-expect-error a number
  forRoot({ maxRecipients: true }),
  // @ts-expect-error a file mode
  forRoot({ PickupFileMode: 'rw-r-----' }),
  // @ts-expect-error a text
  forRoot({ Host: 25 }),
  // @ts-expect-error a text
  forRoot({ fromAddress: { name: 'Contoso', address: 'a@example.com' } }),
  // @ts-expect-error a text
  forRoot({ Password: ['a'] }),
  // @ts-expect-error texts
  forRoot({ AllowedDomains: [5] }),
  // @ts-expect-error a mistyped key of a nested setting
  forRoot({ OAuth2: { GrantTyp: 'JwtBearer' } }),
  // @ts-expect-error a value of one
  forRoot({ oAuth2: { grantType: 'Password' } }),
  // @ts-expect-error a value of one
  forRoot({ OAuth2: { Mechanism: 'PLAIN' } }),
  // @ts-expect-error no object
  forRoot({ OAuth2: 'token' }),
  // @ts-expect-error a list is no object
  forRoot({ OAuth2: [{ ClientId: 'x' }] }),
  forRoot({
    Dkim: [
      { Domain: 'a.example', Selector: 'a' },
      // @ts-expect-error a mistyped key of one of several
      { Domain: 'b.example', KeySelector: 'b' },
    ],
  }),
  // @ts-expect-error a mistyped key of the only one
  forRoot({ dkim: { domainName: 'a.example' } }),
  // @ts-expect-error under an index, too
  forRoot({ Dkim: { 0: { Domian: 'a.example' } } }),
  // @ts-expect-error a text
  forRoot({ Dkim: [{ PrivateKey: { pem: 'x' } }] }),
  // @ts-expect-error in a section
  forRoot({ MailSettings: { Host: 'x', Prot: 25 } }),
  // @ts-expect-error in a section of a section
  forRoot({ PasswordResetSettings: { MailSettings: { secureSocketOption: 'Tls' } } }),
  // @ts-expect-error in the Agent's own settings
  forRoot({ PasswordResetSettings: { MailSettings: {}, TwoFactorSettings: { AplicationUri: 'x' } } }),
  // @ts-expect-error in the Agent's own settings
  forRoot({ passwordResetSettings: { MailSettings: {}, TwoFactor: {} } }),
  // @ts-expect-error in the Agent's own settings
  forRoot({ MailSettings: {}, tokenBuildingSettings: { ValidFor: 3600 } }),
  // @ts-expect-error in the Agent's own settings
  forRoot({ MailSettings: {}, NotificationSettings: { Culture: 'en' } }),
  // @ts-expect-error beside a section it would not be read
  forRoot({ MailSettings: record, Host: 'x' }),
  // @ts-expect-error a section is an object
  forRoot({ MailSettings: 'smtp.contoso.com' }),
  // @ts-expect-error written over a section
  forRoot({ ...record, SecureSocketOption: 'Tls' }),
  // @ts-expect-error written over settings
  forRoot({ ...settings, enabled: 'nein' }),
  // @ts-expect-error written beside a section
  forRoot({ ...record, Prot: 25 }),
  // @ts-expect-error written beside settings
  forRoot({ ...settings, Prot: 25 }),
  // @ts-expect-error either is checked
  forRoot(production ? { Host: 'x' } : { PickupDirectry: 'y' }),
  // @ts-expect-error a constant is as good as a literal
  forRoot({ ...constant, OAuth2: { GrantType: 'Jwt' } } as const),
  // @ts-expect-error no settings
  forRoot('smtp.contoso.com'),
  // @ts-expect-error no settings
  forRoot([]),
  // @ts-expect-error no settings
  forRoot(undefined),
  // @ts-expect-error no settings
  forRoot(() => settings),
];

/** Wherever settings are written in code. */
export const elsewhere = [
  forRoot(settings, options),
  forRoot(settings, { name: 'alerts', fallback: { Host: 'localhost', port: '25' } }),
  forRoot(settings, { fallback: record }),
  forRoot(settings, { fallback: input }),
  forRoot(settings, {
    fallback: { inject: [ConfigService], useFactory: (values: ConfigService) => values.get('Other') },
  }),
  forRoot(settings, { fallback: { useFactory: () => undefined } }),
  // @ts-expect-error a mistyped key
  forRoot(settings, { fallback: { Host: 'x', Prot: 25 } }),
  // @ts-expect-error a wrong value
  forRoot(settings, { fallback: { secureSocketOption: 'Tls' } }),
  // @ts-expect-error a mistyped option
  forRoot(settings, { fallbak: { Host: 'x' } }),
  fromConfig('MailSettings', { fallback: { Host: 'localhost' } }),
  fromConfig('MailSettings', options),
  // @ts-expect-error a mistyped key
  fromConfig('MailSettings', { fallback: { Hots: 'localhost' } }),
  forRootAsync(asyncOptions),
  forRootAsync({ useFactory: () => settings }),
  forRootAsync({ useFactory: async () => input }),
  forRootAsync({
    inject: [ConfigService],
    useFactory: (values: ConfigService) => values.get('MailSettings'),
  }),
  forRootAsync({
    inject: [ConfigService],
    useFactory: (values: ConfigService) => values.get<MailSettings>('M'),
  }),
  forRootAsync({ useFactory: async values => ({ ...values.get('MailSettings'), Host: 'localhost' }) }),
  forRootAsync({ useFactory: () => ({ Host: 'localhost', secureSocketOption: 'none' }) }),
  forRootAsync({ useFactory: values => (values.ready ? settings : { Enabled: false }) }),
  forRootAsync({
    useClass: class implements MailSettingsFactory {
      createMailSettings = () => settings;
    },
  }),
  // @ts-expect-error a wrong value
  forRootAsync({ useFactory: () => ({ Host: 'x', SecureSocketOption: 'Tls' }) }),
  // @ts-expect-error a wrong value
  forRootAsync({ useFactory: async () => ({ Host: 'x', enabled: 'ja' }) }),
  // @ts-expect-error a wrong value
  forRootAsync({ useFactory: () => settings, fallback: { Port: 'x' } }),
  MailTestingModule.forRoot(),
  MailTestingModule.forRoot({ settings: { host: 'localhost' }, fallback: { Host: 'other' } }),
  MailTestingModule.forRoot({ settings, retry: { attempts: 2 } }),
  // @ts-expect-error a mistyped key
  MailTestingModule.forRoot({ settings: { Hots: 'localhost' } }),
  // @ts-expect-error a wrong value
  MailTestingModule.forRoot({ settings: { Enabled: 'no' } }),
  MailRelayModule.forRoot(relayOptions),
  MailRelayModule.forRoot({ settings: { host: 'localhost' }, concurrency: 2 }),
  MailRelayModule.forRootAsync({ useFactory: () => ({ settings: record, directory: '/var/mail' }) }),
  MailRelayModule.forRootAsync({
    inject: [ConfigService],
    useFactory: (c: ConfigService) => ({ settings: c.get('M') }),
  }),
  // @ts-expect-error a mistyped key
  MailRelayModule.forRoot({ settings: { Host: 'x', Prot: 25 } }),
  // @ts-expect-error a wrong value
  MailRelayModule.forRootAsync({ useFactory: () => ({ settings: { SecureSocketOption: 'Tls' } }) }),
  registry.open('acme', settings),
  registry.open('acme', input, mailerOptions),
  registry.open('acme', record, { fallback: record }),
  registry.open('acme', config.getOrThrow<MailSettings>('MailSettings')),
  registry.open('acme', { host: 'localhost', Port: '25' }, { fallback: { Host: 'other' }, hooks: [] }),
  // @ts-expect-error a mistyped key
  registry.open('acme', { Hots: 'localhost' }),
  // @ts-expect-error a wrong value
  registry.open('acme', { secureSocketOption: 'Tls' }),
  // @ts-expect-error a mistyped key
  registry.open('acme', settings, { fallback: { Host: 'x', Prot: 25 } }),
  // @ts-expect-error a mistyped option
  registry.open('acme', settings, { fallbak: { Host: 'x' } }),
  resolveMailSettings({ host: 'localhost', Port: '25' }),
  resolveMailSettings(record),
  // @ts-expect-error a mistyped key
  resolveMailSettings({ Hots: 'localhost' }),
];

/** A function of the application's own that takes settings as the module does. */
export function open<const S>(name: string, own: CheckedMailSettings<S>): unknown {
  return [name, own];
}
open('a', { host: 'localhost' });
// @ts-expect-error a mistyped key
open('a', { hots: 'localhost' });
