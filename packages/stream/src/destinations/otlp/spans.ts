/** Actions as spans: one for each that is over, or was refused. */
import type { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { OutgoingEvent } from '../../destination.ts';
import { attributesOf, errorOf, finishedBy, type FinishedAction, toolOf } from './action.ts';
import { spanIdsOf } from './ids.ts';
import { durationNs, instantOf, later } from './instant.ts';
import { EXECUTE_TOOL, GEN_AI_OPERATION_NAME } from './names.ts';
import { type Resources, SCOPE } from './resources.ts';

type Span = Parameters<typeof ProtobufTraceSerializer.serializeRequest>[0][number];

/** `SpanKind.INTERNAL` and `SpanStatusCode` of the API. */
const INTERNAL = 0;
const [UNSET, ERROR] = [0, 2];

/**
 * Spans of what `events` finish. One of a permitted action lasts from its decision to its outcome, so it comes with the outcome; one of a refused action lasts no time.
 * A span is a view: what it says is in the log records too.
 */
export function spansOf(events: readonly OutgoingEvent[], resources: Resources): Span[] {
  return events.flatMap((event) => {
    const action = finishedBy(event);
    return action === undefined ? [] : [spanOf(action, resources.of(event))];
  });
}

function spanOf(action: FinishedAction, resource: Span['resource']): Span {
  const { decision, outcome, opened } = action;
  const { parentSpanId, ...context } = spanIdsOf(action.receipt, opened);
  const attributes = attributesOf(action);
  const startTime = instantOf(decision.time);
  const ns = outcome === undefined ? 0 : durationNs(decision, outcome.entry);
  const operation = attributes[GEN_AI_OPERATION_NAME] === undefined ? decision.decision.method : EXECUTE_TOOL;
  const tool = toolOf(opened);
  return {
    name: tool === undefined ? operation : `${operation} ${tool}`,
    kind: INTERNAL,
    spanContext: () => context,
    ...(parentSpanId === undefined
      ? {}
      : { parentSpanContext: { ...context, spanId: parentSpanId, isRemote: true } }),
    startTime,
    endTime: later(startTime, ns),
    duration: later([0, 0], ns),
    status: { code: errorOf(action) === undefined ? UNSET : ERROR },
    attributes,
    links: [],
    events: [],
    ended: true,
    resource,
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}
