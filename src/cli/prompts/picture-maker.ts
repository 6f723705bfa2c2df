import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { codedError } from '../../common/errors.js'
import { generateWish } from '../../http/generate-wish.js'
import { type GenerateBody, GenerateResponseSchema } from '../../http/schemas/generation.js'
import { imageUsageBody } from '../../http/usage-body.js'
import { generateFaces, type GenerateRequest } from '../../tasks/generate-face.js'
import type { Arguments } from '../arguments.js'
import type { CommandContext } from '../command.js'
import { withLocalModel } from '../local-model.js'
import { askServer, modelField, type Server } from '../server.js'
import { settingFlags } from '../setting-options.js'
import { expertsField, expertsWish } from '../show-experts.js'

/** Pictures as files, and what was said of them. */
export interface Made {
  pictures: Uint8Array[]
  /** Seed, settings, size, receipt and usage, as the route words them. */
  about: { seed: number, num_inference_steps: number, guidance_scale: number, size: string, receipt: object, usage: object }
}

/** Makes the pictures of one request. */
export type Make = (body: GenerateBody, progress?: GenerateRequest['progress']) => Promise<Made>

const { data, seed, num_inference_steps: steps, guidance_scale: scale, size, receipt } = GenerateResponseSchema.properties
/** What is read of a server's answer. */
const AnswerSchema = Type.Object({ data, seed, num_inference_steps: steps, guidance_scale: scale, size, receipt, usage: Type.Object({}, { description: 'Passed on as it is.' }) })

/** Has pictures made by a server, or by a model that is loaded here for all of them. */
export async function withMaker<T> (server: Server | undefined, args: Arguments, context: CommandContext, use: (make: Make) => Promise<T>): Promise<T> {
  if (server !== undefined) return await use(async (body) => await askFor(server, { ...body, ...expertsField(args) }))
  return await withLocalModel(context.readConfig(settingFlags(args)), context, async ({ tasks, taskContext }) => await use(async (body, progress) => {
    const { manifest: { name } } = tasks.model
    if (body.model !== undefined && body.model !== name) throw codedError('model_not_found', [body.model, name])
    const asked = { ...taskContext('generate'), ...expertsWish(args) }
    try {
      const faces = await generateFaces(tasks, { ...generateWish(body, body.output_format ?? 'png'), ...(progress === undefined ? {} : { progress }) }, asked)
      const about = { seed: faces.seed, num_inference_steps: faces.numInferenceSteps, guidance_scale: faces.guidanceScale, size: `${faces.size}x${faces.size}`, receipt: faces.receipt, usage: imageUsageBody(faces.usage) }
      return { pictures: faces.pictures, about }
    } finally {
      asked.ticket.release()
    }
  }))
}

async function askFor (server: Server, body: GenerateBody): Promise<Made> {
  const answer = await askServer(server, '/v1/faces/generate', { method: 'POST', body: JSON.stringify({ ...modelField(server), ...body }) })
  if (!Value.Check(AnswerSchema, answer)) throw new Error(`${server.origin} answered without pictures`)
  const { data: files, seed, num_inference_steps: steps, guidance_scale: scale, size, receipt, usage } = answer
  return { pictures: files.map(({ b64_json: base64 }) => Buffer.from(base64, 'base64')), about: { seed, num_inference_steps: steps, guidance_scale: scale, size, receipt, usage } }
}
