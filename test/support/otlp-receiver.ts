import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'

/** A span as a collector gets it. */
export interface ReceivedSpan {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind: number
  startTimeUnixNano: string
  endTimeUnixNano: string
  status: { code?: number }
  attributes: Record<string, unknown>
}

/** What OTLP/JSON makes of a value. */
type WrittenValue = { stringValue: string } | { intValue: number | string } | { doubleValue: number } | { boolValue: boolean } | { arrayValue: { values: WrittenValue[] } }
interface WrittenAttribute { key: string, value: WrittenValue }
interface WrittenSpan extends Omit<ReceivedSpan, 'attributes'> { attributes: WrittenAttribute[] }
interface TraceRequest { resourceSpans: { resource: { attributes: WrittenAttribute[] }, scopeSpans: { spans: WrittenSpan[] }[] }[] }

export interface OtlpReceiver {
  endpoint: string
  spans: ReceivedSpan[]
  /** Attributes of whoever sends. */
  resource: Record<string, unknown>
  /** All that came, as it was written. */
  text: () => string
}

/** A collector's door for traces as JSON, closed with its test. */
export async function receiveTraces (t: Test): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = []
  const resource: Record<string, unknown> = {}
  let text = ''
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => { parts.push(part) })
    request.on('end', () => {
      const body = Buffer.concat(parts).toString()
      text += body
      const { resourceSpans }: TraceRequest = JSON.parse(body)
      for (const { resource: sender, scopeSpans } of resourceSpans) {
        Object.assign(resource, read(sender.attributes))
        for (const scope of scopeSpans) spans.push(...scope.spans.map((span) => ({ ...span, attributes: read(span.attributes) })))
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => { server.close() })
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, spans, resource, text: () => text }
}

function read (attributes: readonly WrittenAttribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plain(value)]))
}

function plain (value: WrittenValue): unknown {
  if ('arrayValue' in value) return value.arrayValue.values.map(plain)
  if ('intValue' in value) return Number(value.intValue)
  return Object.values(value)[0]
}
