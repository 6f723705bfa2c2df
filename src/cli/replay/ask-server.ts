import { Value } from 'typebox/value'
import { Type } from 'typebox'
import { ReceiptSchema, type ReceiptPicture } from '../../artifacts/receipt.js'
import { askServer, type Server } from '../server.js'
import { type Maker, picturesNeeded } from './compare.js'
import type { Replayable } from './read-receipt.js'

const ModelsSchema = Type.Object({ data: Type.Array(Type.Object({ id: Type.String(), digest: Type.String(), execution_provider: Type.Union([Type.String(), Type.Null()]) }), { minItems: 1 }) })
const AnswerSchema = Type.Object({ receipt: ReceiptSchema })

/** What a server would make pictures with. @throws Error when it cannot be reached or is another kind of server */
export async function makerOfServer (server: Server): Promise<Maker> {
  const body = await askServer(server, '/v1/models', { method: 'GET' })
  if (!Value.Check(ModelsSchema, body)) throw new Error(`${server.origin} answers /v1/models without a digest: it is no UniF2ace server, or an older one`)
  const [first] = body.data
  if (first === undefined) throw new Error(`${server.origin} serves no model`)
  return { modelName: first.id, modelDigest: first.digest, executionProvider: first.execution_provider }
}

/** Has a server make the pictures of a receipt again. @throws Error with what the server said */
export async function makeOnServer (server: Server, { receipt, prompt, negativePrompt }: Replayable): Promise<ReceiptPicture[]> {
  const body = await askServer(server, '/v1/faces/generate', {
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
