import { Type, type Static } from 'typebox'
import { ReceiptSchema } from '../../artifacts/receipt.js'
import { C2PA_STATES, VERDICTS } from '../../tasks/verify-provenance.js'
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
    state: oneOf(C2PA_STATES, '`absent`: no manifest. `trusted`: signed with this server\'s own certificate, and nothing was changed since. `valid`: nothing was changed since somebody signed it; whether the signer is who they say is not checked here. `invalid`: changed since, or not rightly signed. `present_not_checked`: there is one, and this server has no library to check it.'),
    signed_by: Type.Union([Type.Object({
      name: text('Common name in the signer\'s certificate. Anybody can make a certificate with any name.'),
      organization: text('Organisation in it.'),
      serial_number: text('Serial number of the certificate.')
    }, strict), Type.Null()], { description: 'Who signed, by the certificate in the manifest; null where it was not read.' }),
    digital_source_types: Type.Array(Type.String(), { description: 'What the manifest says of the source of the picture.' }),
    problems: Type.Array(Type.Object({ code: Type.String({ description: 'C2PA\'s code, like `assertion.dataHash.mismatch`.' }), explanation: Type.String() }, strict), { description: 'Why it is invalid.' })
  }, { ...strict, description: 'The C2PA manifest in the file.' })
}, strict)
export type VerifyResponse = Static<typeof VerifyResponseSchema>
