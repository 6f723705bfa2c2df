import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { codedError } from '../../common/errors.js'
import type { FastifyReply } from 'fastify'
import { generateFaces, type GeneratedFaces } from '../../tasks/generate-face.js'
import { withoutWords } from '../../tasks/receipts.js'
import { verifiedFaces, type VerifiedFaces } from '../../tasks/verify-faces.js'
import { generateWish } from '../generate-wish.js'
import { negotiate } from '../negotiate.js'
import { taskContextOf, tasksOf } from '../request-state.js'
import { errorResponses } from '../schemas/responses.js'
import { GenerateBodySchema, type GenerateResponse, GenerateResponseSchema } from '../schemas/generation.js'
import { imageUsageBody, textUsageBody } from '../usage-body.js'

const PictureSchema = Type.Unsafe<Uint8Array>({ type: 'string', format: 'binary' })

const PICTURE_HEADERS = {
  'x-content-provenance': { type: 'string', description: 'IPTC\'s word for the source of the picture, `trainedAlgorithmicMedia`; absent where the operator has switched marks off.' },
  'x-seed': { type: 'integer', description: 'Seed of the picture.' },
  'x-usage': { type: 'string', description: 'The usage object of the JSON answer, as one line of JSON.' },
  'x-agreement': { type: 'number', description: 'With `verify` or `best_of`: how far the picture agrees with the prompt, as in the JSON answer.' },
  'x-num-inference-steps': { type: 'integer', description: 'Unmasking steps.' },
  'x-guidance-scale': { type: 'number', description: 'Guidance scale.' },
  'x-receipt': { type: 'string', description: 'The receipt of the JSON answer without the words of the prompts, as one line of JSON; `unif2ace replay` takes it.' }
}

const schema = {
  operationId: 'generateFace',
  tags: ['faces'],
  summary: 'Make a face from words',
  description: 'One picture is answered as the file itself, in the format of `output_format` or `Accept`; with `Accept: application/json`, n > 1 or `include_experts`, as JSON. Seed, settings and usage of a file are in its headers.',
  body: GenerateBodySchema,
  response: {
    200: {
      description: 'The picture, or JSON with the pictures.',
      headers: PICTURE_HEADERS,
      content: {
        'image/png': { schema: PictureSchema },
        'image/webp': { schema: PictureSchema },
        'image/jpeg': { schema: PictureSchema },
        'application/json': { schema: GenerateResponseSchema }
      }
    },
    ...errorResponses
  }
}

/** POST /v1/faces/generate */
export const generateRoute: FastifyPluginAsyncTypebox = async (app) => {
  app.post('/v1/faces/generate', { schema, config: { task: 'generate' } }, async (request, reply) => {
    const { body } = request
    const tasks = tasksOf(request)
    const { kind, format } = negotiate({ n: body.n ?? 1, outputFormat: body.output_format, accept: request.headers.accept, isDetailed: body.include_experts })
    if (body.best_of !== undefined && body.n !== undefined) throw codedError('options_conflict', ['best_of', 'n', 'of the candidates one picture is given'])
    const wish = generateWish(body, format)
    const isVerified = body.verify === true || body.best_of !== undefined
    const faces = isVerified ? await verifiedFaces(tasks, wish, body.best_of, taskContextOf(request)) : await generateFaces(tasks, wish, taskContextOf(request))
    if (kind === 'file') return await sendPicture(reply, faces)
    return await reply.type('application/json').send(generateResponse(request.id, tasks.model.manifest.name, faces))
  })
}

async function sendPicture (reply: FastifyReply, faces: GeneratedFaces & Partial<VerifiedFaces>): Promise<FastifyReply> {
  return await reply
    .type(`image/${faces.format}`)
    .headers({
      'x-seed': String(faces.seed),
      'x-num-inference-steps': String(faces.numInferenceSteps),
      'x-guidance-scale': String(faces.guidanceScale),
      'x-receipt': JSON.stringify(withoutWords(faces.receipt)),
      ...(faces.agreement === undefined ? {} : { 'x-agreement': String(faces.agreement[0]) }),
      'x-usage': JSON.stringify(imageUsageBody(faces.usage)),
      'content-disposition': `inline; filename="face-${faces.seed}.${faces.format}"`
    })
    .send(faces.pictures[0])
}

function generateResponse (id: string, model: string, faces: GeneratedFaces & Partial<VerifiedFaces>): GenerateResponse {
  return {
    id,
    created: Math.floor(Date.now() / 1000),
    model,
    data: faces.pictures.map((picture, index) => ({ b64_json: picture.toString('base64'), index: faces.rows?.[index] ?? index, ...agreementOf(faces, index) })),
    output_format: faces.format,
    size: `${faces.size}x${faces.size}`,
    seed: faces.seed,
    num_inference_steps: faces.numInferenceSteps,
    guidance_scale: faces.guidanceScale,
    receipt: faces.receipt,
    usage: imageUsageBody(faces.usage),
    ...(faces.reading === undefined ? {} : { verification_usage: textUsageBody(faces.reading) })
  }
}

function agreementOf ({ agreement }: Partial<VerifiedFaces>, index: number): { agreement?: number } {
  const own = agreement?.[index]
  return own === undefined ? {} : { agreement: own }
}
