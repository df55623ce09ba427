import { messageOf } from '../../core/errors/error-facts.js';
import { MailError } from '../../core/errors/mail-error.js';
import { PreviewNotFound } from '../http/preview-error.js';
import type { PreviewReply } from '../http/preview-reply.js';
import { downloadReply, jsonReply } from '../http/preview-reply.js';
import type { PreviewRequest } from '../http/preview-request.js';
import type { PreviewSection } from '../http/preview-route.js';
import type { PreviewContext } from '../preview-context.js';
import type { Html } from '../view/html.js';
import { html } from '../view/html.js';
import { mailDocument } from '../view/mail-document.js';
import type { PreviewResult } from '../workbench/preview-result.js';
import type { TemplateProblem } from '../workbench/template-problem.js';
import { embeddedImages, exampleMail } from './example-mail.js';
import type { MailerTemplates } from './mailer-templates.js';
import { MailerTemplatesRegistry } from './mailer-templates.js';
import { overview } from './overview-page.js';
import { receiptWords } from './receipt-words.js';
import { TEMPLATES_STYLE } from './style.js';
import { templateList } from './template-list.js';
import type { TemplatePageParts } from './template-page-parts.js';
import { partialPage, templatePage } from './template-page.js';
import type { TemplateView } from './template-view.js';
import { listedAs, viewOf } from './template-view.js';
import { listingData, trialData } from './templates-json.js';

/** The page *Templates*, and what lies behind it. */
export function templatesSection({ mailers, events, templates }: PreviewContext): PreviewSection {
  const benches = new MailerTemplatesRegistry(mailers, templates, () => events.publish('templates'));
  events.onClose(() => benches.close());
  const benchOf = ({ query }: PreviewRequest): MailerTemplates => benches.of(query.get('mailer'));
  const tried = async (request: PreviewRequest): Promise<Tried> =>
    tryView(benchOf(request), viewOf(request.param('name'), request.query));
  return {
    title: 'Templates',
    path: '/templates',
    style: TEMPLATES_STYLE,
    routes: [
      { method: 'GET', path: '/templates', run: request => listPage(request, benchOf(request)) },
      {
        method: 'GET',
        path: '/templates/:name',
        run: async request => showPage(request, await tried(request)),
      },
      {
        method: 'GET',
        path: '/templates/:name/html',
        run: async request => {
          const { trial } = await tried(request);
          const mail = trial.rendered ?? trial.draft;
          if (mail?.html === undefined) throw new PreviewNotFound('There is no HTML to show.');
          return mailDocument(mail.html, {
            scheme: request.query.get('scheme'),
            images: await embeddedImages(mail),
          });
        },
      },
      {
        method: 'GET',
        path: '/templates/:name/eml',
        run: async request => {
          const { trial, bench, view } = await tried(request);
          if (!trial.rendered)
            throw new PreviewNotFound('This mail would not be sent, so there is none to save.');
          const mail = await exampleMail(trial.rendered, bench.mailer?.settings.fromAddress);
          return downloadReply(
            await mail.bytes(),
            `${view.name.replaceAll('/', '-')}.${trial.rendered.culture}.eml`,
          );
        },
      },
      { method: 'POST', path: '/templates/:name/send', run: request => sendPage(request, benches) },
      { method: 'GET', path: '/api/templates', run: request => jsonReply(listingData(benchOf(request))) },
      {
        method: 'GET',
        path: '/api/templates/:name',
        run: async request => {
          const { trial, view, listing } = await tried(request);
          return jsonReply(trialData(view.name, trial), trial.rendered ? 200 : listing ? 422 : 404);
        },
      },
    ],
  };
}

/** A view of a template, and what came of it. */
type Tried = Pick<TemplatePageParts, 'view' | 'bench' | 'listing' | 'trial'>;

async function tryView(bench: MailerTemplates, view: TemplateView): Promise<Tried> {
  const { kind, name } = listedAs(view.name);
  const listing = bench.workbench.find(kind, name);
  const { context, problem } = contextOf(view);
  const trial = await bench.workbench.try({
    kind: kind === 'layout' ? 'layout' : 'template',
    name: kind === 'partial' ? view.name : name,
    ...(view.culture !== undefined && { culture: view.culture }),
    ...(view.sample !== undefined && { sample: view.sample }),
    ...(context && { context }),
  });
  return { view, bench, listing, trial: problem ? withProblem(trial, problem) : trial };
}

/** The variables that were typed in. */
function contextOf({ context: text }: TemplateView): { context?: object; problem?: TemplateProblem } {
  if (text === undefined) return {};
  let reason = 'is no object such as { "name": "Ann" }';
  try {
    const context: unknown = JSON.parse(text);
    if (typeof context === 'object' && context !== null && !Array.isArray(context)) return { context };
  } catch (error) {
    reason = `is no JSON: ${messageOf(error)}`;
  }
  return { context: {}, problem: { kind: 'samples', message: `What was typed in as variables ${reason}.` } };
}

function withProblem(
  { rendered: _rendered, ...trial }: PreviewResult,
  problem: TemplateProblem,
): PreviewResult {
  return { ...trial, problems: [problem, ...trial.problems] };
}

function listPage(request: PreviewRequest, bench: MailerTemplates): PreviewReply {
  const view = viewOf('', request.query);
  return columns(request, 'Templates', view, bench, overview(bench));
}

async function showPage(
  request: PreviewRequest,
  parts: Omit<TemplatePageParts, 'base'>,
): Promise<PreviewReply> {
  const { view, bench, listing } = parts;
  const { base } = request;
  const body =
    listing?.kind === 'partial'
      ? partialPage(base, view, bench.workbench, listing)
      : await templatePage({ ...parts, base });
  return columns(request, view.name, view, bench, body, listing ? 200 : 404);
}

function columns(
  request: PreviewRequest,
  title: string,
  view: TemplateView,
  bench: MailerTemplates,
  body: Html,
  status = 200,
): PreviewReply {
  return request.page(
    title,
    html`<div class="columns ${view.name === '' ? 'overview' : 'one'}">
      ${templateList(request.base, view, bench)}
      <div class="content" id="template-content">${body}</div>
    </div>`,
    status,
  );
}

async function sendPage(request: PreviewRequest, benches: MailerTemplatesRegistry): Promise<PreviewReply> {
  const form = await request.form();
  const view = viewOf(request.param('name'), form);
  const bench = benches.of(form.get('mailer'));
  const tried = await tryView(bench, view);
  const to = form.get('to')?.trim() ?? '';
  return showPage(request, { ...tried, sent: { to, outcome: await send(tried, to) } });
}

async function send({ view, bench: { mailer }, trial }: Tried, to: string): Promise<Html> {
  if (!mailer) return html`<p class="message bad">There is no mailer here to send it with.</p>`;
  const unknown = trial.problems.find(({ kind }) => kind === 'samples');
  if (unknown) return html`<p class="message bad" role="alert">It was not sent. ${unknown.message}</p>`;
  try {
    const receipt = await mailer.service.send({
      to,
      template: view.name,
      context: trial.context,
      ...(view.culture !== undefined && { culture: view.culture }),
    });
    const nobody = receipt.status === 'suppressed';
    return html`<div class="message ${nobody ? 'warn' : 'good'}" role="status">
      ${receiptWords(receipt).map(sentence => html`<p>${sentence}</p>`)}
    </div>`;
  } catch (error) {
    const code = error instanceof MailError ? `${error.code}: ` : '';
    return html`<p class="message bad" role="alert">It was not sent. ${code}${messageOf(error)}</p>`;
  }
}
