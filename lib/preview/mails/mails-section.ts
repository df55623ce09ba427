import { PreviewNotFound } from '../http/preview-error.js';
import type { PreviewReply } from '../http/preview-reply.js';
import { downloadReply, redirectReply, textReply } from '../http/preview-reply.js';
import type { PreviewRequest } from '../http/preview-request.js';
import type { PreviewSection } from '../http/preview-route.js';
import { html } from '../view/html.js';
import { mailDocument } from '../view/mail-document.js';
import { MailReader } from './mail-reader.js';
import { mailView, tabOf } from './mail-view.js';
import { mailListView } from './mails-list-view.js';
import type { MessageFilter } from './message-filter.js';
import { filterOf, matching } from './message-filter.js';
import { messagesApi } from './messages-api.js';
import type { PreviewMail, PreviewMails } from './preview-mails.js';

/** The page *Mailbox*, and the same mails as JSON. */
export function mailsSection(mails: PreviewMails): PreviewSection {
  const pages = new MailPages(mails, new MailReader());
  return {
    title: 'Mailbox',
    path: '/mailbox',
    routes: [
      { method: 'GET', path: '/mailbox', run: request => pages.list(request) },
      { method: 'POST', path: '/mailbox/delete', run: request => pages.clear(request) },
      { method: 'GET', path: '/mailbox/:id', run: request => pages.mail(request) },
      { method: 'GET', path: '/mailbox/:id/html', run: request => pages.document(request) },
      { method: 'GET', path: '/mailbox/:id/source', run: request => pages.source(request) },
      { method: 'GET', path: '/mailbox/:id/download', run: request => pages.download(request) },
      { method: 'GET', path: '/mailbox/:id/attachments/:index', run: request => pages.attachment(request) },
      ...messagesApi(mails, pages.reader),
    ],
  };
}

/** What the pages of the section answer with. */
class MailPages {
  readonly reader: MailReader;
  readonly #mails: PreviewMails;

  constructor(mails: PreviewMails, reader: MailReader) {
    this.#mails = mails;
    this.reader = reader;
  }

  /** The list; beside it, where there is room for both, the newest of the mails in it. */
  async list(request: PreviewRequest): Promise<PreviewReply> {
    return this.#page(request, undefined);
  }

  async mail(request: PreviewRequest): Promise<PreviewReply> {
    return this.#page(request, await this.#find(request));
  }

  async document(request: PreviewRequest): Promise<PreviewReply> {
    const read = await this.reader.whole(await this.#find(request));
    if (read.html === undefined) throw new PreviewNotFound('This mail has no HTML.');
    const images = read.attachments.flatMap(file =>
      file.contentId === undefined ? [] : [[file.contentId, file] as const],
    );
    return mailDocument(read.html, { scheme: request.query.get('scheme'), images: new Map(images) });
  }

  async source(request: PreviewRequest): Promise<PreviewReply> {
    return textReply(await this.#content(await this.#find(request)));
  }

  async download(request: PreviewRequest): Promise<PreviewReply> {
    const mail = await this.#find(request);
    const { subject } = await this.reader.summary(mail);
    const name = subject === '' ? 'mail' : subject.replaceAll(/[/\\]/g, '-');
    return downloadReply(await this.#content(mail), `${name}.eml`);
  }

  async attachment(request: PreviewRequest): Promise<PreviewReply> {
    const read = await this.reader.whole(await this.#find(request));
    const file = read.attachments[Number(request.param('index'))];
    if (!file) throw new PreviewNotFound('This mail has no such attachment.');
    return downloadReply(file.content, file.filename);
  }

  async clear(request: PreviewRequest): Promise<PreviewReply> {
    await this.#mails.clear();
    return redirectReply(`${request.base}/mailbox`);
  }

  async #page(request: PreviewRequest, wanted: PreviewMail | undefined): Promise<PreviewReply> {
    const { base, formToken } = request;
    const listing = await this.#mails.list();
    const filter: MessageFilter = filterOf(request.query);
    const found = await matching(listing.mails, filter, this.reader);
    const listed = await Promise.all(
      found.map(async one => ({ mail: one, summary: await this.reader.summary(one) })),
    );
    const search = filter.search ?? '';
    const mail = wanted ?? found[0];
    const list = mailListView({
      base,
      source: this.#mails,
      listing,
      found: listed,
      search,
      open: mail?.id,
      formToken,
    });
    const read = mail && (await this.reader.whole(mail));
    const shown =
      mail && read
        ? mailView({
            base,
            mail,
            read,
            search,
            tab: tabOf(request.query.get('tab'), mail, read),
            source: request.query.get('tab') === 'source' ? await mail.content() : undefined,
          })
        : // The first mail that comes takes this place; later ones leave to their readers what they read.
          html`<p class="empty" id="mail" data-live="mailbox">
            ${search === '' ? 'The first mail is shown here.' : 'Choose a mail from the list.'}
          </p>`;
    return request.page(
      wanted && read ? read.subject : 'Mailbox',
      html`<div class="columns ${wanted && 'one'}" id="mailbox">
        ${list}
        <div class="content">${shown}</div>
      </div>`,
    );
  }

  async #find(request: PreviewRequest): Promise<PreviewMail> {
    const mail = await this.#mails.find(request.param('id'));
    if (mail) return mail;
    throw new PreviewNotFound(
      'This mail is not in the mailbox any more. The oldest mails go when there are too many.',
    );
  }

  async #content(mail: PreviewMail): Promise<Buffer> {
    const content = await mail.content();
    if (content) return content;
    throw new PreviewNotFound(mail.problem ?? 'The content of this mail is gone.');
  }
}
