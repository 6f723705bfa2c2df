import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { codedError } from '../../common/errors.js'
import type { ManifestReader } from '../../image/c2pa/manifest-reader.js'
import type { ServedModels } from '../../tasks/served-models.js'
import { type ProvenanceReport, type Verdict, verifyProvenance } from '../../tasks/verify-provenance.js'
import { pictureOfBody } from '../picture-of-body.js'
import { readForm, registerForms } from '../read-form.js'
import { type VerifyBody, VerifyFormSchema, VerifyJsonSchema, type VerifyResponse, VerifyResponseSchema } from '../schemas/provenance.js'
import { errorResponses } from '../schemas/responses.js'
import { pictureBody, pictureBodyLimit, type UnderstandRouteOptions } from './understand.js'

export interface VerifyRouteOptions extends Pick<UnderstandRouteOptions, 'maxUploadBytes'> {
  models: ServedModels
  /** Checks C2PA manifests. */
  manifests: Pick<ManifestReader, 'read'>
}

const schema = {
  operationId: 'verifyProvenance',
  tags: ['provenance'],
  summary: 'What a picture file says of its making',
  description: 'Reads the marks in the file: IPTC\'s DigitalSourceType, this software\'s seed, model and receipt, and the C2PA manifest, whose signature is checked where the server has the library for it. No pixel is looked at, the model is not asked, nothing is kept. Marks can be removed and copied: a missing one proves nothing, and a present one is a claim.',
  body: pictureBody(VerifyJsonSchema, VerifyFormSchema),
  response: { 200: { description: 'What was found.', content: { 'application/json': { schema: VerifyResponseSchema } } }, 400: errorResponses[400], 401: errorResponses[401], 413: errorResponses[413], 415: errorResponses[415], 422: errorResponses[422] }
}

const EXPLANATIONS: Readonly<Record<Verdict, string>> = {
  claims_this_model: 'The mark in the file names the model that this server serves. A mark can be copied into another file: replaying its receipt is the proof.',
  claims_another_model: 'The mark in the file was written by this software, with another model than the one that is served here.',
  marked_as_generated: 'The file, or a signature in it, says that a model made or changed it. Who wrote that is not known.',
  marked_otherwise: 'The file names a source that is not a model. Anybody can write that.',
  not_marked: 'The file says nothing of its making. That is no sign of a photograph: most services that handle pictures drop such marks.'
}

/** POST /v1/provenance/verify: no place in the queue, because the engine has nothing to do. */
export const verifyProvenanceRoute: FastifyPluginAsyncTypebox<VerifyRouteOptions> = async (app, { models, manifests, maxUploadBytes }) => {
  await registerForms(app, maxUploadBytes, 1)
  app.addHook('preValidation', async (request) => {
    if (request.isMultipart()) request.body = await readForm(request, VerifyFormSchema, maxUploadBytes)
    else if (request.body === undefined || request.body === null) throw codedError('missing_field', ['image'], { param: 'image' })
  })
  app.post<{ Body: VerifyBody }>('/v1/provenance/verify', { schema, bodyLimit: pictureBodyLimit(maxUploadBytes) }, async (request) => {
    return describe(await verifyProvenance(models.all.map(({ backend }) => backend.model.digest), pictureOfBody(request.body.image, maxUploadBytes), manifests))
  })
}

function describe ({ format, verdict, digitalSourceType, generator, receipt, c2pa }: ProvenanceReport): VerifyResponse {
  return {
    format,
    verdict,
    explanation: EXPLANATIONS[verdict],
    digital_source_type: digitalSourceType ?? null,
    generator: generator === undefined ? null : { model: generator.model ?? null, model_digest: generator.modelDigest ?? null, seed: generator.seed ?? null, served_here: generator.isServedHere },
    receipt: receipt ?? null,
    c2pa: {
      state: c2pa.state,
      signed_by: c2pa.signer === undefined ? null : { name: c2pa.signer.name ?? null, organization: c2pa.signer.issuer ?? null, serial_number: c2pa.signer.serial ?? null },
      digital_source_types: c2pa.sources,
      problems: c2pa.problems
    }
  }
}
