import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AbstractHttpAdapter } from '@nestjs/core';
import type { PreviewHandler } from './http/preview-handler.js';

/** What is used of a Fastify reply: nothing of Fastify is imported. */
interface HijackableReply {
  readonly raw: ServerResponse;
  hijack(): unknown;
}

type OnRequestHook = (
  request: { readonly raw: IncomingMessage },
  reply: HijackableReply,
  done: () => void,
) => void;

/** Lets the preview answer its requests before the routes and middleware of the HTTP framework. */
export function mountPreview(adapter: AbstractHttpAdapter, handler: PreviewHandler): void {
  if (adapter.getType() === 'fastify') {
    const instance = adapter.getInstance<{ addHook(name: 'onRequest', hook: OnRequestHook): void }>();
    instance.addHook('onRequest', (request, reply, done) => {
      if (!handler.handles(request.raw.url)) return done();
      reply.hijack();
      void handler.handle(request.raw, reply.raw);
    });
    return;
  }
  adapter.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
    if (handler.handles(request.url)) void handler.handle(request, response);
    else next();
  });
}
