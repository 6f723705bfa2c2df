import { Value } from 'typebox/value'
import { Type } from 'typebox'
import { ReceiptSchema, type ReceiptPicture } from '../../artifacts/receipt.js'
import { askServer, type Server } from '../server.js'
import { type Maker, picturesNeeded } from './compare.js'
import type { Replayable } from './read-receipt.js'

const ModelsSchema = Type.Object({ data: Type.Array(Type.Object({ id: Type.String(), digest: Type.String(), execution_provider: Type.Union([Type.String(), Type.Null()]) }), { minItems: 1 }) })
const AnswerSchema = Type.Object({ receipt: ReceiptSchema })

/**
 * What a server would make pictures with: the model that is asked for by name, or else of those that it serves the one that made the receipt, or its first.
 *
 * @throws Error when it cannot be reached, serves no such model, or is another kind of server
 */
export async function makerOfServer (server: Server, digest: string): Promise<Maker> {
  const body = await askServer(server, '/v1/models', { method: 'GET' })
  if (!Value.Check(ModelsSchema, body)) throw new Error(`${server.origin} answers /v1/models without a digest: it is no UniF2ace server, or an older one`)
  const [first] = body.data
  const found = server.model === undefined ? body.data.find((model) => model.digest === digest) ?? first : body.data.find(({ id }) => id === server.model)
  if (found === undefined) throw new Error(`${server.origin} serves no model${server.model === undefined ? '' : ` ${server.model}`}`)
  return { modelName: found.id, modelDigest: found.digest, executionProvider: found.execution_provider }
}

/** Has a model of a server make the pictures of a receipt again. @throws Error with what the server said */
export async function makeOnServer (server: Server, model: string, { receipt, prompt, negativePrompt }: Replayable): Promise<ReceiptPicture[]> {
  const body = await askServer(server, '/v1/faces/generate', {
    method: 'POST',
    body: JSON.stringify({
      prompt,
      model,
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
