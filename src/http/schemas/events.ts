import { Type, type TObject, type TSchema } from 'typebox'
import { ErrorRefSchema, oneOf } from './common.js'

/**
 * Streams in the document. OpenAPI 3.1 has no word for them: the schema of `text/event-stream` is that of each event, as `itemSchema` of OpenAPI 3.2 is, with the JSON in `data`
 * described by `contentSchema`.
 */

/** One kind of event. */
interface EventDescription {
  /** Its name; absent where events have none. */
  event?: string
  /** What its `data` holds as JSON. */
  data: TSchema
}

const JSON_TEXT = { type: 'string', contentMediaType: 'application/json' }

/** Content of a stream of these events, which a failure can end, and which `[DONE]` always does. */
export function eventStreamContent (events: readonly EventDescription[]): { schema: object } {
  const kinds: object[] = events.map(({ event, data }) => kind(event, { ...JSON_TEXT, contentSchema: data }))
  return { schema: { anyOf: [...kinds, kind('error', { ...JSON_TEXT, contentSchema: ErrorRefSchema }), kind(undefined, { type: 'string', enum: ['[DONE]'] })], description: 'One event.' } }
}

function kind (event: string | undefined, data: object): object {
  // What has no name is called "message" by those who read it.
  return { type: 'object', required: event === undefined ? ['data'] : ['event', 'data'], properties: { event: { type: 'string', enum: [event ?? 'message'] }, data } }
}

const TimingsSchema = Type.Object({
  queue_ms: Type.Optional(Type.Number({ description: 'Until it was begun.' })),
  encode_ms: Type.Optional(Type.Number({ description: 'Reading the picture.' })),
  first_token_ms: Type.Optional(Type.Number({ description: 'Until the first token.' })),
  total_ms: Type.Number()
}, { additionalProperties: false, description: 'Milliseconds; what `Server-Timing` says elsewhere.' })

/** The event that ends a task: the fields of its JSON answer, and its times. */
function completed (type: string, { properties }: TObject): TObject {
  return Type.Object({ type: oneOf([type], 'Always.'), ...properties, timings: TimingsSchema }, { additionalProperties: false })
}

/** Events of a text: its words, then the fields of the JSON answer. */
export function textEvents (what: string, answer: TObject): { schema: object } {
  const delta = Type.Object({ type: oneOf([`${what}.delta`], 'Always.'), delta: Type.String({ description: 'The next words.' }) }, { additionalProperties: false })
  return eventStreamContent([{ event: `${what}.delta`, data: delta }, { event: `${what}.completed`, data: completed(`${what}.completed`, answer) }])
}

/** Events of pictures: partial images, then each finished picture. */
export function imageEvents (what: string, partial: TObject, whole: TObject): { schema: object } {
  return eventStreamContent([
    { event: `${what}.partial_image`, data: Type.Object({ type: oneOf([`${what}.partial_image`], 'Always.'), ...partial.properties }, { additionalProperties: false }) },
    { event: `${what}.completed`, data: completed(`${what}.completed`, whole) }
  ])
}
