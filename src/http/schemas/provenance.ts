import { Type, type Static } from 'typebox'
import { ReceiptSchema } from '../../artifacts/receipt.js'
import { VERDICTS } from '../../tasks/verify-provenance.js'
import { EXAMPLE_IMAGE, oneOf } from './common.js'
import { ImageDataUrlSchema, ImagePartSchema } from './understanding.js'

const strict = { additionalProperties: false } as const
const text = (description: string) => Type.Union([Type.String(), Type.Null()], { description })

export const VerifyJsonSchema = Type.Object({ image: ImageDataUrlSchema }, { ...strict, examples: [{ image: EXAMPLE_IMAGE }] })
export const VerifyFormSchema = Type.Object({ image: ImagePartSchema }, strict)
export type VerifyBody = Static<typeof VerifyFormSchema>

export const VerifyResponseSchema = Type.Object({
  format: oneOf(['png', 'jpeg', 'webp', 'gif'], 'By its first bytes.'),
  verdict: oneOf(VERDICTS, '`claims_this_model`: its mark names the model that is served here. `claims_another_model`: a mark of this software, another model. `marked_as_generated`: IPTC\'s DigitalSourceType says that a model made or changed it. `marked_otherwise`: it names another source. `not_marked`: it says nothing, which is no sign of a photograph.'),
  explanation: Type.String({ description: 'The verdict in a sentence or two, with what it does not prove.' }),
  digital_source_type: text('IPTC\'s DigitalSourceType, as it stands in the file.'),
  generator: Type.Union([Type.Object({
    model: text('Name of the model.'),
    model_digest: text('Digest of the model.'),
    seed: Type.Union([Type.Integer(), Type.Null()], { description: 'Seed.' }),
    served_here: Type.Boolean({ description: 'Whether the digest is that of the model served here.' })
  }, strict), Type.Null()], { description: 'What the mark of this software says; null without one.' }),
  receipt: Type.Union([ReceiptSchema, Type.Null()], { description: 'The receipt in the file. With the prompt, `unif2ace replay` makes the picture again, which proves more than the mark.' }),
  c2pa: Type.Object({
    state: oneOf(['absent', 'present_not_checked'], '`present_not_checked`: there is a C2PA manifest, and this server does not check signatures.')
  }, strict)
}, strict)
export type VerifyResponse = Static<typeof VerifyResponseSchema>
