import { describe, expect, it } from '@jest/globals';
import { createTraceState, trace } from '@opentelemetry/api';
import { linkTo, traceContext } from '../../lib/queue/telemetry/trace-context.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const api = { createTraceState };

describe('The trace context of a job', () => {
  it('is none outside of a span', () => {
    expect(traceContext({ trace })).toBeUndefined();
  });

  it('is the link that it was', () => {
    expect(
      linkTo({ traceparent: `00-${TRACE}-${SPAN}-01`, tracestate: 'congo=t61rcWkgMzE' }, api),
    ).toMatchObject({ context: { traceId: TRACE, spanId: SPAN, traceFlags: 1, isRemote: true } });
  });

  it('of a later version of the standard is read as far as this one is known', () => {
    expect(linkTo({ traceparent: `cc-${TRACE}-${SPAN}-03-more` }, api)?.context).toMatchObject({
      spanId: SPAN,
      traceFlags: 1,
    });
  });

  it.each<Record<string, string> | undefined>([
    undefined,
    {},
    { traceparent: '' },
    { traceparent: `ff-${TRACE}-${SPAN}-01` },
    { traceparent: `00-${'0'.repeat(32)}-${SPAN}-01` },
    { traceparent: `00-${TRACE}-${'0'.repeat(16)}-01` },
    { traceparent: `00-${TRACE.toUpperCase()}-${SPAN}-01` },
    { traceparent: `00-${TRACE}-${SPAN}` },
    { traceparent: `${'0'.repeat(100_000)}` },
  ])('that somebody has edited is no link: %p', carried => {
    expect(linkTo(carried, api)).toBeUndefined();
  });

  it('with a tracestate longer than anybody must carry is carried without', () => {
    const link = linkTo({ traceparent: `00-${TRACE}-${SPAN}-01`, tracestate: `a=${'b'.repeat(600)}` }, api);
    expect(link?.context.traceState).toBeUndefined();
  });
});
