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
import type { MailerTemplates } from './mailer-workbenches.js';
import { MailerWorkbenches } from './mailer-workbenches.js';
import { overview } from './overview-page.js';
import { hasTaken, ownListing, previewOwn } from './own-templates.js';
import { receiptWords } from './receipt-words.js';
import { TEMPLATES_STYLE } from './style.js';
import { templateList } from './template-list.js';
import type { TemplatePageParts } from './template-page-parts.js';
import { partialPage, templatePage } from './template-page.js';
import type { TemplateView } from './template-view.js';
import { listedAs, viewOf } from './template-view.js';
import { listingData, previewData } from './templates-json.js';

/** The page *Templates*, and what lies behind it. */
export function templatesSection({ mailers, events, workbench }: PreviewContext): PreviewSection {
  const workbenches = new MailerWorkbenches(mailers, workbench, () => events.publish('templates'));
  events.onClose(() => workbenches.close());
  const templatesOf = ({ query }: PreviewRequest): Promise<MailerTemplates> =>
    workbenches.of(query.get('mailer'));
  const previewed = async (request: PreviewRequest): Promise<PreviewedView> =>
    previewView(await templatesOf(request), viewOf(request.param('name'), request.query));
  return {
    title: 'Templates',
    path: '/templates',
    style: TEMPLATES_STYLE,
    routes: [
      {
        method: 'GET',
        path: '/templates',
        run: async request => listPage(request, await templatesOf(request)),
      },
      {
        method: 'GET',
        path: '/templates/:name',
        run: async request => showPage(request, await previewed(request)),
      },
      {
        method: 'GET',
        path: '/templates/:name/html',
        run: async request => {
          const { result } = await previewed(request);
          const mail = result.rendered ?? result.draft;
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
          const { result, templates, view } = await previewed(request);
          if (!result.rendered)
            throw new PreviewNotFound('This mail would not be sent, so there is none to save.');
          const mail = await exampleMail(result.rendered, templates.mailer?.settings.fromAddress);
          return downloadReply(
            await mail.bytes(),
            `${view.name.replaceAll('/', '-')}.${result.rendered.culture}.eml`,
          );
        },
      },
      { method: 'POST', path: '/templates/:name/send', run: request => sendPage(request, workbenches) },
      {
        method: 'GET',
        path: '/api/templates',
        run: async request => jsonReply(listingData(await templatesOf(request))),
      },
      {
        method: 'GET',
        path: '/api/templates/:name',
        run: async request => {
          const { result, view, listing } = await previewed(request);
          return jsonReply(previewData(view.name, result), result.rendered ? 200 : listing ? 422 : 404);
        },
      },
    ],
  };
}

/** A view of a template, and what rendering it has come to. */
type PreviewedView = Pick<TemplatePageParts, 'view' | 'templates' | 'listing' | 'result'>;

async function previewView(templates: MailerTemplates, view: TemplateView): Promise<PreviewedView> {
  const { kind, name } = listedAs(view.name);
  const { workbench, listings, mailer } = templates;
  const listing = listings.find(one => one.kind === kind && one.name === name);
  const { context, problem } = contextOf(view);
  const query = {
    name: kind === 'partial' ? view.name : name,
    ...(view.culture !== undefined && { culture: view.culture }),
    ...(view.sample !== undefined && { sample: view.sample }),
    ...(context && { context }),
  };
  // One that does not list its templates may have this one all the same.
  const isOwn = listing ? listing.renderer !== undefined : templates.own && kind === 'template';
  const previewed = async (): Promise<Pick<PreviewedView, 'listing' | 'result'>> => {
    if (isOwn && mailer?.renderer)
      return { listing, result: await previewOwn(mailer, mailer.renderer, listing, query) };
    const result = await workbench.preview({ kind: kind === 'layout' ? 'layout' : 'template', ...query });
    const { own } = templates;
    const { context: shownWith } = result;
    if (kind !== 'template' || !mailer?.renderer || own?.lists !== false) return { listing, result };
    if (!(await hasTaken(mailer.renderer, query, shownWith))) return { listing, result };
    const taken = ownListing(name, own.words);
    const asked =
      typeof mailer.renderer.templateSamples === 'function' ? query : { ...query, context: shownWith };
    return { listing: taken, result: await previewOwn(mailer, mailer.renderer, taken, asked) };
  };
  const shown = await previewed();
  return { view, templates, ...shown, result: problem ? withProblem(shown.result, problem) : shown.result };
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
  { rendered: _rendered, ...result }: PreviewResult,
  problem: TemplateProblem,
): PreviewResult {
  return { ...result, problems: [problem, ...result.problems] };
}

function listPage(request: PreviewRequest, templates: MailerTemplates): PreviewReply {
  const view = viewOf('', request.query);
  return columns(request, 'Templates', view, templates, overview(templates));
}

async function showPage(
  request: PreviewRequest,
  parts: Omit<TemplatePageParts, 'base' | 'formToken'>,
): Promise<PreviewReply> {
  const { view, templates, listing, result } = parts;
  const { base, formToken } = request;
  const body =
    listing?.kind === 'partial'
      ? partialPage(base, view, templates.workbench, listing)
      : await templatePage({ ...parts, base, formToken });
  return columns(request, view.name, view, templates, body, listing || result.rendered ? 200 : 404);
}

function columns(
  request: PreviewRequest,
  title: string,
  view: TemplateView,
  templates: MailerTemplates,
  body: Html,
  status = 200,
): PreviewReply {
  return request.page(
    title,
    html`<div class="columns ${view.name === '' ? 'overview' : 'one'}">
      ${templateList(request.base, view, templates)}
      <div class="content" id="template-content">${body}</div>
    </div>`,
    status,
  );
}

async function sendPage(request: PreviewRequest, workbenches: MailerWorkbenches): Promise<PreviewReply> {
  const form = await request.form();
  const view = viewOf(request.param('name'), form);
  const templates = await workbenches.of(form.get('mailer'));
  const previewed = await previewView(templates, view);
  const to = form.get('to')?.trim() ?? '';
  return showPage(request, { ...previewed, sent: { to, outcome: await send(previewed, to) } });
}

async function send({ view, templates: { mailer }, result }: PreviewedView, to: string): Promise<Html> {
  if (!mailer) return html`<p class="message bad">There is no mailer here to send it with.</p>`;
  const unknown = result.problems.find(({ kind }) => kind === 'samples');
  if (unknown) return html`<p class="message bad" role="alert">It was not sent. ${unknown.message}</p>`;
  try {
    const receipt = await mailer.service.send({
      to,
      template: view.name,
      context: result.context,
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
