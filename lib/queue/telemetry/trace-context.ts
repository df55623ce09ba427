import type { Link, SpanContext } from '@opentelemetry/api';
import type { OpenTelemetry } from '../../core/sending/open-telemetry.js';

/** `00-<trace>-<span>-<flags>` (W3C Trace Context, 3.2); a later version may say more behind it. */
const TRACEPARENT = /^(?!ff)[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(?:-.*)?$/;
const NOTHING = /^0+$/;
/** Characters of `tracestate` that are carried: as many as the standard asks everybody to carry (3.3.1.5). */
const LONGEST_STATE = 512;

/**
 * Which span the mail comes from, as the headers of W3C Trace Context. No baggage: it may hold what is not to stand in a store in clear.
 *
 * @returns undefined outside of a span
 */
export function traceContext({ trace }: Pick<OpenTelemetry, 'trace'>): Record<string, string> | undefined {
  const span = trace.getActiveSpan()?.spanContext();
  if (!span || NOTHING.test(span.traceId) || NOTHING.test(span.spanId)) return undefined;
  const traceparent = `00-${span.traceId}-${span.spanId}-${span.traceFlags.toString(16).padStart(2, '0')}`;
  if (!TRACEPARENT.test(traceparent)) return undefined;
  const tracestate = span.traceState?.serialize() ?? '';
  return { traceparent, ...(tracestate !== '' && tracestate.length <= LONGEST_STATE && { tracestate }) };
}

/**
 * Reads what {@link traceContext} wrote, and somebody may have edited.
 *
 * @returns the link to the span that the mail comes from; undefined when there is none
 */
export function linkTo(
  carried: Readonly<Record<string, string>> | undefined,
  { createTraceState }: Pick<OpenTelemetry, 'createTraceState'>,
): Link | undefined {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(carried?.['traceparent'] ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || NOTHING.test(traceId) || NOTHING.test(spanId))
    return undefined;
  const state = carried?.['tracestate'];
  const context: SpanContext = {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags ?? '0', 16) & 1,
    isRemote: true,
    ...(state !== undefined && state.length <= LONGEST_STATE && { traceState: createTraceState(state) }),
  };
  return { context };
}
