import { EventSourceParserStream } from 'eventsource-parser/stream'
import openapiFetch, { type Client } from 'openapi-fetch'
import type { components, paths } from './contract.js'

export type { components, paths } from './contract.js'

/** Body of every error. */
export type ErrorBody = components['schemas']['Error']

/** A request that was refused, or a stream that failed on its way. */
export class ServerError extends Error {
  override readonly name = 'ServerError'
  /** Stable code; docs/errors.md has a heading for each. */
  readonly code: string
  /** The field at fault, where there is one. */
  readonly param: string | null
  /** Undefined where the stream had begun. */
  readonly status: number | undefined

  constructor ({ error: { message, code, param } }: ErrorBody, status: number | undefined) {
    super(message)
    this.status = status
    this.code = code
    this.param = param
  }
}

type EventOf<Path extends keyof paths> = paths[Path] extends { post: { responses: { 200: { content: { 'text/event-stream': infer Event } } } } } ? Event : never

/** Routes that can stream. */
export type StreamPath = { [Path in keyof paths]: [EventOf<Path>] extends [never] ? never : Path }[keyof paths]

/** What their events hold: errors are thrown, and the end is the end of the loop. */
export type StreamEvent<Path extends StreamPath> = EventOf<Path> extends infer Event ? Event extends { event: 'error' } | { data: '[DONE]' } ? never : Event extends { data: infer Data } ? Data : never : never

/** What they take as JSON. */
export type StreamBody<Path extends StreamPath> = paths[Path] extends { post: { requestBody: { content: { 'application/json': infer Body } } } } ? Omit<Body, 'stream'> : never

export interface ClientOptions {
  /** Where the server listens, for example `http://127.0.0.1:8080`. */
  baseUrl: string
  apiKey?: string
}

/** Every route, typed by its path: `client.POST('/v1/faces/caption', { body: { image } })` (openapi-fetch), and `stream` for those that stream. */
export interface FaceClient extends Client<paths, 'application/json'> {
  /**
   * Asks for a stream and gives its events as they come. Leaving the loop ends the work on the server.
   *
   * @throws ServerError
   */
  stream: <Path extends StreamPath>(path: Path, body: StreamBody<Path>, options?: { signal?: AbortSignal }) => AsyncGenerator<StreamEvent<Path>, void>
}

export function createClient ({ baseUrl, apiKey }: ClientOptions): FaceClient {
  const headers: Record<string, string> = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }
  return Object.assign(openapiFetch<paths, 'application/json'>({ baseUrl, headers: { ...headers, accept: 'application/json' } }), {
    stream: async function * <Path extends StreamPath> (path: Path, body: StreamBody<Path>, { signal }: { signal?: AbortSignal } = {}) {
      const response = await fetch(`${baseUrl}${path}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({ ...body, stream: true }),
        ...(signal === undefined ? {} : { signal })
      })
      if (!response.ok || response.body === null) throw new ServerError(await response.json() as ErrorBody, response.status)
      for await (const { event, data } of response.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream())) {
        if (data === '[DONE]') return
        const held: unknown = JSON.parse(data)
        if (event === 'error') throw new ServerError(held as ErrorBody, undefined)
        yield held as StreamEvent<Path>
      }
    }
  })
}
