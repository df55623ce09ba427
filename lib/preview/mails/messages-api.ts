import { linksIn } from '../../core/mime/links-in.js';
import type { MailPart } from '../../core/mime/read-mail.js';
import { PreviewNotFound } from '../http/preview-error.js';
import { jsonReply, textReply } from '../http/preview-reply.js';
import type { PreviewRequest } from '../http/preview-request.js';
import type { PreviewRoute } from '../http/preview-route.js';
import type { MailReader } from './mail-reader.js';
import { filterOf, matching } from './message-filter.js';
import type { PreviewMail, PreviewMails } from './preview-mails.js';
import { isCalendar, readCalendar } from './read-calendar.js';

const USUAL_LIMIT = 100;
const HIGHEST_LIMIT = 1000;

/** The mails as JSON, for the end-to-end tests of an application. */
export function messagesApi(mails: PreviewMails, reader: MailReader): PreviewRoute[] {
  const find = async (request: PreviewRequest): Promise<PreviewMail> => {
    const mail = await mails.find(request.param('id'));
    if (mail) return mail;
    throw new PreviewNotFound(
      'There is no such message; it may have been deleted, or dropped as one of the oldest.',
    );
  };
  return [
    {
      method: 'GET',
      path: '/api/messages',
      run: async request => {
        const { mails: all, problem } = await mails.list();
        if (problem !== undefined && all.length === 0) return jsonReply({ error: problem }, 500);
        const found = await matching(all, filterOf(request.query), reader, limitOf(request.query));
        const messages: object[] = [];
        for (const mail of found) messages.push(await messageOf(mail, reader, request.base));
        return jsonReply(messages);
      },
    },
    {
      method: 'DELETE',
      path: '/api/messages',
      run: async () => {
        await mails.clear();
        return { status: 204 };
      },
    },
    {
      method: 'GET',
      path: '/api/messages/:id',
      run: async request => {
        const mail = await find(request);
        const { headers } = await reader.whole(mail);
        return jsonReply({ ...(await messageOf(mail, reader, request.base)), headers });
      },
    },
    {
      method: 'GET',
      path: '/api/messages/:id/source',
      run: async request => {
        const mail = await find(request);
        const content = await mail.content();
        if (content) return textReply(content);
        throw new PreviewNotFound(mail.problem ?? 'The content of this message is gone.');
      },
    },
  ];
}

async function messageOf(mail: PreviewMail, reader: MailReader, base: string): Promise<object> {
  const { id, at, size, head: _head, content: _content, problem, ...facts } = mail;
  const read = await reader.whole(mail);
  const { headers: _headers, attachments, alternatives, problem: unreadable, ...content } = read;
  const trouble = problem ?? unreadable;
  return {
    id,
    at: new Date(at).toISOString(),
    url: `${base}/mailbox/${id}`,
    ...facts,
    size,
    ...content,
    links: linksIn(read),
    attachments: attachments.map(({ content: _bytes, ...file }, index) => ({
      ...file,
      url: `${base}/mailbox/${id}/attachments/${index}`,
    })),
    alternatives: alternatives.map(alternativeOf),
    ...(trouble !== undefined && { problem: trouble }),
  };
}

function alternativeOf({ contentType, parameters, content }: MailPart): object {
  return {
    contentType,
    parameters,
    content: content.toString('utf8'),
    ...(isCalendar(contentType) && { calendar: readCalendar(content) }),
  };
}

function limitOf(query: URLSearchParams): number {
  const limit = Number.parseInt(query.get('limit') ?? '', 10);
  return limit >= 0 ? Math.min(limit, HIGHEST_LIMIT) : USUAL_LIMIT;
}
