/** What to do about something, in the words of two readers. */
export interface Remedy {
  /** For those who have the application's code before them. */
  readonly inCode: string;
  /** For those at a command line, who have its options, the settings and the environment. */
  readonly atCommand: string;
}

/**
 * Remedies that are not the same in code and at a command line. Messages of the core hold the words for code; the command line
 * shows the others in their place.
 */
export const REMEDIES = {
  optionAmongSettings: {
    inCode:
      'is an option in code and no mail setting, and is ignored; give it beside the settings, in the second parameter of MailModule.forRoot',
    atCommand:
      'is no mail setting but an option that applications have in their code, and is ignored; take it out of the settings',
  },
  templatesSetting: {
    inCode: 'templates, an option in code',
    atCommand: 'templates, which applications have in their code',
  },
  privateAuthority: {
    inCode: 'trust its authority with NODE_EXTRA_CA_CERTS or the option smtp.tls.ca',
    atCommand:
      'trust its authority with the environment variable NODE_EXTRA_CA_CERTS, a file of certificates in PEM',
  },
  noVerification: {
    inCode: 'Trust a private authority by smtp.tls.ca or NODE_EXTRA_CA_CERTS instead.',
    atCommand:
      'Trust a private authority by the environment variable NODE_EXTRA_CA_CERTS, a file of certificates in PEM, instead.',
  },
  replacedRefreshToken: {
    inCode: 'Store it by the option smtp.onRefreshToken.',
    atCommand: 'A command stores none: when it is refused, sign in anew and set RefreshToken.',
  },
  unknownHelper: {
    inCode: 'Helpers of the application go into templates.helpers.',
    atCommand:
      'A command does not know the helpers of an application: name it with --helper where the command has that option; only the application can send such a template.',
  },
  missingTemplates: {
    inCode:
      'If the templates are in your sources, let the build copy them: "compilerOptions": { "assets": [{ "include": "**/*.hbs", "watchAssets": true }] } in nest-cli.json.',
    atCommand: 'Name the folder of the templates as it is seen from the working directory.',
  },
  missingDirectory: {
    inCode:
      'A build and a bundler do not copy it by themselves: let the build copy them: "compilerOptions": { "assets": [{ "include": "**/*.hbs", "watchAssets": true }] } in nest-cli.json; or put the templates into the code, by the option templates.sources, whose module npx nest-mailroom templates bundle writes.',
    atCommand: 'Name the folder of the templates as it is seen from the working directory.',
  },
  missingImage: {
    inCode:
      'If it is in your sources, let the build copy it: "assets": [{ "include": "**/*.png" }] in nest-cli.json.',
    atCommand: 'Put it into one of these places.',
  },
  noRelayFolder: {
    inCode: 'set the folder that the relay empties',
    atCommand: 'set the folder that the relay empties, or name it with --directory',
  },
  plantedRecords: {
    inCode: 'set stateDirectory (--state) to a folder where they may not',
    atCommand: 'set --state to a folder where they may not',
  },
  foldersNotHeld: {
    inCode: 'Set stateDirectory to a folder where nobody else may write.',
    atCommand: 'Set stateDirectory to a folder where nobody else may write. Here that is the option --state.',
  },
  otherRecords: {
    inCode: 'Give all relays of a folder the same stateDirectory; to go over to one,',
    atCommand: 'Give all relays of a folder the same --state; to go over to one,',
  },
  recordsOfOthers: {
    inCode: 'name another stateDirectory for',
    atCommand: 'name another --state for',
  },
  stateMovedAway: {
    inCode: 'or start the relay anew with a stateDirectory there',
    atCommand: 'or start the relay anew with --state there',
  },
} as const satisfies Readonly<Record<string, Remedy>>;

const IN_JSON = (text: string): string => JSON.stringify(text).slice(1, -1);
/** Words in quotes are written otherwise in JSON. */
const REPLACED: readonly (readonly [string, string])[] = Object.values(REMEDIES).flatMap(
  ({ inCode, atCommand }) =>
    [...new Set([inCode, IN_JSON(inCode)])].map(words => [words, atCommand] as const),
);

/** A text, or a line of JSON, with its remedies in the words for a command line. */
export function atCommandLine(text: string): string {
  return REPLACED.reduce((shown, [inCode, atCommand]) => shown.replaceAll(inCode, atCommand), text);
}
