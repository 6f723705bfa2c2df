import { Type, type Static } from 'typebox'

const closed = { additionalProperties: false } as const
const sha256 = (description: string) => Type.String({ pattern: '^[0-9a-f]{64}$', description })

/** What it takes to make the same picture again, and to see whether it is the same (docs/provenance.md). */
export const ReceiptSchema = Type.Object({
  format: Type.Literal('unif2ace-receipt/1'),
  model: Type.Object({
    name: Type.String(),
    digest: Type.String({ pattern: '^sha256:[0-9a-f]{64}$', description: 'Everything of the model that decides about its tokens; `unif2ace verify` prints it.' })
  }, closed),
  precision: Type.String({ description: 'Of the weights: fp32 or int8.' }),
  execution_provider: Type.String({ description: 'What ran the model: cpu or cuda. Another one rounds differently.' }),
  made_from: Type.Unsafe<'prompt' | 'prompt_and_picture'>({ type: 'string', enum: ['prompt', 'prompt_and_picture'], description: 'An edit cannot be replayed: the receipt does not hold the original.' }),
  prompt: Type.Optional(Type.String({ description: 'Only in the JSON answer to whoever sent it.' })),
  negative_prompt: Type.Optional(Type.String({ description: 'Only in the JSON answer to whoever sent it.' })),
  prompt_sha256: Type.Optional(sha256('Of the prompt in UTF-8. Not in files: a short prompt can be guessed from it.')),
  negative_prompt_sha256: Type.Optional(sha256('Of the negative prompt in UTF-8; absent where there was none. Not in files.')),
  seed: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  num_inference_steps: Type.Integer({ minimum: 1 }),
  guidance_scale: Type.Number({ minimum: 0 }),
  sampler: Type.Object({
    mask_schedule: Type.String(),
    temperature: Type.Number({ minimum: 0 }),
    confidence_temperature: Type.Number({ minimum: 0 })
  }, { ...closed, description: 'The model\'s own settings, which a request cannot change.' }),
  pictures: Type.Array(Type.Object({
    index: Type.Integer({ minimum: 0, description: 'Row of the seed\'s random numbers.' }),
    code_ids_sha256: sha256('Of the picture\'s code ids as little-endian 32-bit integers.')
  }, closed), { minItems: 1 })
}, { ...closed, description: 'What it takes to make the same pictures again; `unif2ace replay` does.' })

export type Receipt = Static<typeof ReceiptSchema>

/** One picture of a receipt. */
export type ReceiptPicture = Receipt['pictures'][number]
