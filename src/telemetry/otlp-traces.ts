import { type Context, type Span as SdkSpan, SpanKind, SpanStatusCode, type TextMapGetter, TraceFlags, type Tracer, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base'
import type { Span, SpanAttributes, SpanEnd, Traces } from './traces.js'

type Headers = Readonly<Record<string, string | string[] | undefined>>

const HEADERS: TextMapGetter<Headers> = {
  keys: (headers) => Object.keys(headers),
  get: (headers, name) => headers[name]
}

/** Traces over OTLP. Sampler, resource, endpoint, headers, batches: OpenTelemetry's own environment variables. @throws Error for a protocol that is not spoken */
export async function otlpTraces (protocol: string): Promise<Traces> {
  const provider = new BasicTracerProvider({
    resource: defaultResource().merge(resourceFromAttributes({ 'service.name': 'unif2ace-serve' })).merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(await exporterFor(protocol))]
  })
  const tracer = provider.getTracer('unif2ace-serve')
  const propagator = new W3CTraceContextPropagator()
  return {
    request: (name, headers, attributes) => new OtlpSpan(tracer, propagator.extract(ROOT_CONTEXT, headers, HEADERS), { name, attributes, kind: SpanKind.SERVER, agoMs: 0 }),
    close: async () => { await provider.shutdown() }
  }
}

async function exporterFor (protocol: string): Promise<SpanExporter> {
  switch (protocol) {
    case 'http/protobuf': return new (await import('@opentelemetry/exporter-trace-otlp-proto')).OTLPTraceExporter()
    case 'http/json': return new (await import('@opentelemetry/exporter-trace-otlp-http')).OTLPTraceExporter()
    default: throw new Error(`OTEL_EXPORTER_OTLP_PROTOCOL is ${protocol}; this server speaks http/protobuf and http/json`)
  }
}

interface Beginning { name: string, kind: SpanKind, agoMs: number, attributes: SpanAttributes }

class OtlpSpan implements Span {
  readonly #tracer: Tracer
  readonly #context: Context
  readonly #span: SdkSpan

  constructor (tracer: Tracer, parent: Context, { name, kind, agoMs, attributes }: Beginning) {
    this.#tracer = tracer
    this.#span = tracer.startSpan(name, { kind, attributes, startTime: timeOf(agoMs) }, parent)
    this.#context = trace.setSpan(parent, this.#span)
  }

  get ids (): Span['ids'] {
    const { traceId, spanId } = this.#span.spanContext()
    return { trace_id: traceId, span_id: spanId }
  }

  get isSampled (): boolean {
    return (this.#span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0
  }

  set (attributes: SpanAttributes): void {
    this.#span.setAttributes(attributes)
  }

  part (name: string, { agoMs, attributes = {} }: { agoMs: number, attributes?: SpanAttributes }): Span {
    return new OtlpSpan(this.#tracer, this.#context, { name, kind: SpanKind.INTERNAL, agoMs, attributes })
  }

  end ({ agoMs = 0, error }: SpanEnd = {}): void {
    if (error !== undefined) {
      this.#span.setAttribute('error.type', error)
      this.#span.setStatus({ code: SpanStatusCode.ERROR })
    }
    this.#span.end(timeOf(agoMs))
  }
}

/** Milliseconds since 1970, with their fractions. */
function timeOf (agoMs: number): number {
  return performance.timeOrigin + performance.now() - agoMs
}
