import type { RouteOptions } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import type { Manifest } from '../../artifacts/manifest.js'
import type { Config } from '../../config.js'
import { workUnits } from '../../engine/work-units.js'
import type { ServedModel } from '../../tasks/served-model.js'
import type { ServedModels } from '../../tasks/served-models.js'
import { ANONYMOUS, type Caller } from '../api-keys.js'
import { JOB_TASKS } from '../job-task.js'
import { type Capabilities, CapabilitiesSchema } from '../schemas/capabilities.js'
import { readErrorResponses } from '../schemas/responses.js'

export interface CapabilitiesOptions {
  models: ServedModels
  config: Config
  version: string
}

const schema = {
  operationId: 'getCapabilities',
  tags: ['models'],
  summary: 'What this server can do for you: tasks, limits, defaults, features',
  response: { 200: CapabilitiesSchema, 401: readErrorResponses[401] }
}

type Routes = Capabilities['routes']

/** GET /v1/capabilities. Register it before the routes that it tells of. */
export const capabilitiesRoute = fastifyPlugin<CapabilitiesOptions>(async (app, { models, config, version }) => {
  const routes: Routes = []
  app.addHook('onRoute', (route) => { routes.push(...describeRoute(route)) })
  app.get('/v1/capabilities', { schema }, async ({ callerTerms }): Promise<Capabilities> => ({
    object: 'capabilities',
    version,
    models: models.all.map((served) => describeModel(served, models)),
    routes,
    limits: limitsOf(config, callerTerms),
    features: featuresOf(config, callerTerms)
  }))
}, { name: 'capabilities' })

function describeModel ({ name, state, backend: { model, engine } }: ServedModel, { first }: ServedModels): Capabilities['models'][number] {
  return { id: name, default: name === first.name, state, digest: model.digest, execution_provider: engine.model()?.executionProvider ?? null, tasks: tasksOf(model.manifest) }
}

function describeRoute ({ method, url, config, schema: description }: RouteOptions): Routes {
  const task = config?.task
  if (task === undefined || method === 'HEAD') return []
  return [{ method: String(method), path: url, task, fields: fieldsOf(description?.body) }]
}

/** Names of a body's fields, whether it has one shape or one a media type. */
function fieldsOf (body: unknown): string[] {
  if (!isObject(body)) return []
  if (isObject(body['properties'])) return Object.keys(body['properties'])
  const media = isObject(body['content']) ? Object.values(body['content']) : []
  return [...new Set(media.flatMap((each) => isObject(each) ? fieldsOf(each['schema']) : []))]
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function tasksOf ({ defaults, limits, sizes }: Manifest): Capabilities['models'][number]['tasks'] {
  const { num_inference_steps: steps, guidance_scale: scale, max_tokens: tokens } = defaults
  const understand = {
    defaults: { max_tokens: tokens, temperature: 0 },
    limits: { max_question_tokens: limits.max_question_tokens, max_tokens: limits.max_tokens, max_turns: limits.max_turns },
    work_units: workUnits({ kind: 'understand', maxTokens: tokens })
  }
  return {
    generate: {
      defaults: { num_inference_steps: steps, guidance_scale: scale, output_format: 'png' },
      limits: { max_prompt_tokens: limits.max_prompt_tokens, max_inference_steps: limits.max_inference_steps, max_guidance_scale: limits.max_guidance_scale, max_images_per_request: limits.max_images_per_request },
      size: `${sizes.image_size}x${sizes.image_size}`,
      work_units: workUnits({ kind: 'generate', numInferenceSteps: steps, guidanceScale: scale })
    },
    caption: understand,
    answer: understand
  }
}

function limitsOf (config: Config, caller: Caller): Capabilities['limits'] {
  return {
    max_upload_bytes: config.maxUploadBytes,
    max_image_pixels: config.maxImagePixels,
    max_queue_requests: config.maxQueueRequests,
    max_queue_work: config.maxQueueWork,
    request_timeout_ms: config.requestTimeoutMs,
    stream_buffer_bytes: config.streamBufferBytes,
    requests_per_minute: orNone(caller.requests_per_minute ?? config.rateLimitRequests),
    work_units_per_minute: orNone(caller.work_units_per_minute ?? config.rateLimitWork)
  }
}

function featuresOf ({ idempotencyWindowMs, maxJobs, jobTimeoutMs, jobResultMs }: Config, caller: Caller): Capabilities['features'] {
  return {
    api_keys: caller !== ANONYMOUS,
    priorities: ['normal', 'background'],
    deadlines: true,
    idempotency_window_ms: orNone(idempotencyWindowMs),
    jobs: maxJobs === 0 ? null : { tasks: [...JOB_TASKS], max_jobs: maxJobs, timeout_ms: jobTimeoutMs, result_ms: jobResultMs }
  }
}

const orNone = (limit: number): number | null => limit === 0 ? null : limit
