import { expect, it } from '@jest/globals';
import { TextCheckReport } from '../../lib/cli/check/text-check-report.js';
import type { Style } from '../../lib/cli/style.js';
import { styleFor } from '../../lib/cli/style.js';

const MARKED: Style = {
  good: text => `<good>${text}</>`,
  warn: text => `<warn>${text}</>`,
  bad: text => `<bad>${text}</>`,
  dim: text => `<dim>${text}</>`,
  bold: text => text,
};

async function reported(style: Style): Promise<string> {
  let text = '';
  const write = (more: string, done?: () => void): void => {
    text += more;
    done?.();
  };
  const report = new TextCheckReport({ write }, style, false, '/');
  report.progress('Connecting ...');
  report.step({ step: 'dns', status: 'ok', message: 'mail.contoso.com is 192.0.2.1' });
  report.step({ step: 'tls', status: 'failed', message: 'No \u001b[2J TLS', advice: 'Set \u001b[31mthis' });
  await report.end(1);
  return text;
}

it('Words of others are escaped, and only our own are made to stand out', async () => {
  expect(await reported(styleFor({}))).toBe(
    `Connecting ...
ok       dns          mail.contoso.com is 192.0.2.1
failed   tls          No \\u001b[2J TLS
                      -> Set \\u001b[31mthis.

Mails cannot leave.
`,
  );
  expect(await reported(MARKED)).toBe(
    `<dim>Connecting ...</>
<good>ok     </>  dns          mail.contoso.com is 192.0.2.1
<bad>failed </>  tls          No \\u001b[2J TLS
                      -> Set \\u001b[31mthis.

<bad>Mails cannot leave.</>
`,
  );
});
