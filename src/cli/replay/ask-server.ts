import { Value } from 'typebox/value'
import { Type } from 'typebox'
import { ReceiptSchema, type ReceiptPicture } from '../../artifacts/receipt.js'
import { UsageError } from '../failure.js'
import { type Maker, picturesNeeded } from './compare.js'
import type { Replayable } from './read-receipt.js'

/** A server to replay on. */
export interface Server { origin: string, apiKey: string | undefined }

const ModelsSchema = Type.Object({ data: Type.Array(Type.Object({ id: Type.String(), digest: Type.String(), execution_provider: Type.Union([Type.String(), Type.Null()]) }), { minItems: 1 }) })
const AnswerSchema = Type.Object({ receipt: ReceiptSchema })

/** What a server would make pictures with. @throws Error when it cannot be reached or is another kind of server */
export async function makerOfServer (server: Server): Promise<Maker> {
  const body = await ask(server, '/v1/models', { method: 'GET' })
  if (!Value.Check(ModelsSchema, body)) throw new Error(`${server.origin} answers /v1/models without a digest: it is no UniF2ace server, or an older one`)
  const [first] = body.data
  if (first === undefined) throw new Error(`${server.origin} serves no model`)
  return { modelName: first.id, modelDigest: first.digest, executionProvider: first.execution_provider }
}

/** Has a server make the pictures of a receipt again. @throws Error with what the server said */
export async function makeOnServer (server: Server, { receipt, prompt, negativePrompt }: Replayable): Promise<ReceiptPicture[]> {
  const body = await ask(server, '/v1/faces/generate', {
    method: 'POST',
    body: JSON.stringify({
      prompt,
      ...(negativePrompt === undefined ? {} : { negative_prompt: negativePrompt }),
      seed: receipt.seed,
      num_inference_steps: receipt.num_inference_steps,
      guidance_scale: receipt.guidance_scale,
      n: picturesNeeded(receipt)
    })
  })
  if (!Value.Check(AnswerSchema, body)) throw new Error(`${server.origin} answered without a receipt`)
  return body.receipt.pictures
}

async function ask ({ origin, apiKey }: Server, path: string, init: { method: string, body?: string }): Promise<unknown> {
  const headers = { accept: 'application/json', ...(init.body === undefined ? {} : { 'content-type': 'application/json' }), ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }) }
  const answer = await fetch(addressOf(origin, path), { ...init, headers }).catch((cause: unknown) => {
    throw new Error(`${origin} cannot be reached`, { cause })
  })
  const body: unknown = await answer.json().catch(() => undefined)
  if (answer.ok) return body
  throw new Error(`${origin} answered ${answer.status}: ${messageOf(body)}`)
}

function addressOf (origin: string, path: string): URL {
  if (!URL.canParse(origin) || !/^https?:$/.test(new URL(origin).protocol)) throw new UsageError(`--url takes the address of a server, for example http://127.0.0.1:8080, and it is "${origin}"`)
  return new URL(path, origin)
}

function messageOf (body: unknown): string {
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : 'no reason that can be read'
}
