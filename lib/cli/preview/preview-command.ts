import { resolve } from 'node:path';
import { MailTemplateError } from '../../core/errors/mail-template-error.js';
import { isLoopbackHost } from '../../core/settings/tls-mode.js';
import type {
  StandalonePreview,
  StandalonePreviewOptions,
} from '../../preview/standalone/standalone-preview.js';
import { startStandalonePreview } from '../../preview/standalone/standalone-preview.js';
import type { CommandIo } from '../command-io.js';
import { readArguments, readNumber } from '../command-line.js';
import { readSection } from '../settings-section.js';
import { smtpTrusting } from '../smtp-trusting.js';
import type { Style } from '../style.js';
import { styleFor } from '../style.js';
import { jsonLine } from '../text-output.js';
import { untilStopped } from '../until-stopped.js';
import { UsageError } from '../usage-error.js';

const HELP = `Usage: nest-mailroom preview DIR... [options]

Shows the templates of these folders in the browser, in every culture and with samples from <template>/samples.json, and
shows every change at once. Folders are searched in order, before the built-in templates. The address that is printed
holds a key, which is another one at each start; nobody gets in without it.

Options:
  --port N               port of the page; 0 takes any that is free (default: 3025)
  --host HOST            address to listen on; other machines reach the page only when it is not a loopback address,
                         and need its key too (default: 127.0.0.1)
  --culture CULTURE      default culture of the templates (default: en)
  --settings FILE        settings file; with it a template can be sent to somebody (default: nothing can be sent)
  --section NAME         section in it, ":" between levels (default: MailSettings, else PasswordResetSettings)
  --pickup DIR           also shows the mails that lie in a pickup directory; needs no folder of templates
  --json                 says in a line of JSON where the page is; programs send what stands behind ?key= of its url as
                         "Authorization: Bearer KEY"
  --help                 this text

Ctrl-C or SIGTERM ends it.

Exit code: 0 when it was told to end; 2 when command line, folders, settings or port cannot be used.
`;

const OPTIONS = {
  port: { type: 'string' },
  host: { type: 'string' },
  culture: { type: 'string' },
  settings: { type: 'string' },
  section: { type: 'string' },
  pickup: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const PORT = 3025;

/** `nest-mailroom preview`. Returns the exit code. */
export async function previewCommand(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = readArguments(args, OPTIONS, HELP);
  if (values.help) {
    io.stdout.write(HELP);
    return 0;
  }
  const { pickup, culture, settings, section, host = '127.0.0.1' } = values;
  if (positionals.length === 0 && pickup === undefined)
    throw new UsageError(`Say which folder of templates is to be shown.\n\n${HELP}`);
  refuseEmpty(positionals, { host, pickup });
  const stop = io.stopSignal({ withOutput: true });
  const preview = await start({
    templates: {
      directories: positionals.map(path => resolve(io.cwd, path)),
      ...(culture !== undefined && { defaultCulture: culture }),
    },
    host,
    port: readPort(values.port),
    ...(pickup !== undefined && { pickupDirectory: resolve(io.cwd, pickup) }),
    ...((settings !== undefined || section !== undefined) && {
      settings: readSection(settings, section, io),
    }),
    ...smtpTrusting(io.authorities),
  });
  const { url, found, broken } = preview;
  io.stdout.write(
    values.json
      ? jsonLine({ time: new Date().toISOString(), event: 'started', url, found, broken })
      : begunText(preview, host, styleFor(io.stdout, io.env)),
  );
  await untilStopped(stop);
  await preview.close();
  return 0;
}

async function start(options: StandalonePreviewOptions): Promise<StandalonePreview> {
  try {
    return await startStandalonePreview(options);
  } catch (error) {
    if (!(error instanceof MailTemplateError) || error.code !== 'EMAILTEMPLATEDIRECTORY') throw error;
    const [folder = ''] = error.searched;
    if (error.message.includes('cannot be read')) throw error;
    const reason = error.message.includes('does not exist') ? 'does not exist' : 'is no folder of templates';
    throw new UsageError(`${folder} ${reason}.`, { cause: error });
  }
}

function begunText({ url, found, broken }: StandalonePreview, host: string, style: Style): string {
  const lines = [
    `${style.bold(url)}  shows ${found === 0 ? 'the built-in templates; there are none in the folder yet' : `${found} templates, layouts and partials`}; Ctrl-C ends it.`,
    ...(broken > 0 ? [style.bad(`${broken} of the files cannot be used; the page says why.`)] : []),
    ...(isLoopbackHost(host)
      ? []
      : [
          style.warn(
            'Other machines reach it too, by a name of this one. Whoever has the key sees it, and sends with its settings; the network between reads along.',
          ),
        ]),
  ];
  return `${lines.join('\n')}\n`;
}

function readPort(value: string | undefined): number {
  const port = readNumber('port', value) ?? PORT;
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new UsageError(`--port must be a whole number from 0 to 65535, not ${value}.`);
}

/** A shell variable may be unset: an empty folder would be the current one, an empty host every address of the machine. */
function refuseEmpty(
  folders: readonly string[],
  options: Readonly<Record<string, string | undefined>>,
): void {
  if (folders.includes('')) throw new UsageError('The name of a folder of templates is empty.');
  for (const [name, value] of Object.entries(options)) {
    if (value === '') throw new UsageError(`--${name} is empty.`);
  }
}
