/** What is told of a span. Never words or pictures of anybody. */
export type SpanAttributes = Record<string, string | number | boolean | string[]>

/** How a span ended, where something is to be said of it. */
export interface SpanEnd {
  /** Milliseconds since it ended; now where absent. */
  agoMs?: number
  /** What kind of failure ended it, in a word of a closed set. */
  error?: string | undefined
}

/** A part of a request that takes time. What traces are made with stands behind it, so that nobody else has to know. */
export interface Span {
  /** Its names in the log. */
  readonly ids: { trace_id: string, span_id: string }
  /** Whether it is kept. */
  readonly isSampled: boolean
  set (attributes: SpanAttributes): void
  /** A part of it, which began so many milliseconds ago. */
  part (name: string, begun: { agoMs: number, attributes?: SpanAttributes }): Span
  end (how?: SpanEnd): void
}

/** Where traces go. */
export interface Traces {
  /** A request from outside: part of the trace that its `traceparent` names, or the first of a new one. */
  request (name: string, headers: Readonly<Record<string, string | string[] | undefined>>, attributes: SpanAttributes): Span
  /** Sends what has not been sent. */
  close (): Promise<void>
}
