import Fastify, { type FastifyInstance } from 'fastify'
import type { Clock } from './common/clock.js'
import type { Config } from './config.js'
import type { ApiKeys } from './http/api-keys.js'
import { answerClientError } from './http/client-error.js'
import { Door } from './http/door.js'
import { JobBoard } from './http/job-board.js'
import type { JobState } from './http/job-task.js'
import { Lifecycle } from './http/lifecycle.js'
import { admissionPlugin } from './http/plugins/admission.js'
import { authenticationPlugin } from './http/plugins/authentication.js'
import { contentEncodingPlugin } from './http/plugins/content-encoding.js'
import { crossOriginPlugin } from './http/plugins/cross-origin.js'
import { documentationPlugin } from './http/plugins/documentation.js'
import { answerUnroutable, errorPlugin } from './http/plugins/errors.js'
import { playgroundPlugin } from './http/plugins/playground.js'
import { provenancePlugin } from './http/plugins/provenance.js'
import { idempotencyPlugin } from './http/plugins/idempotency.js'
import { requestIdOf, requestIdPlugin } from './http/plugins/request-id.js'
import { unroutedPlugin } from './http/plugins/unrouted.js'
import { tracingPlugin } from './http/plugins/tracing.js'
import { serverTimingPlugin } from './http/plugins/server-timing.js'
import { answerRoute } from './http/routes/answer.js'
import { attributesRoute } from './http/routes/attributes.js'
import { capabilitiesRoute } from './http/routes/capabilities.js'
import { captionRoute } from './http/routes/caption.js'
import { generateRoute } from './http/routes/generate.js'
import { chatCompletionsRoute } from './http/routes/chat-completions.js'
import { healthRoutes } from './http/routes/health.js'
import { imageEditsRoute } from './http/routes/image-edits.js'
import { imageGenerationsRoute } from './http/routes/image-generations.js'
import { inferenceRoutes } from './http/routes/inference.js'
import { jobRoutes } from './http/routes/jobs.js'
import { metricsRoute } from './http/routes/metrics.js'
import { modelRoutes } from './http/routes/models.js'
import { pictureBodyLimit } from './http/routes/understand.js'
import { verifyProvenanceRoute } from './http/routes/verify-provenance.js'
import { loadPolicy } from './load-policy.js'
import { loadSignatures, type Signatures } from './load-signer.js'
import { trustedProxies } from './http/trusted-proxies.js'
import type { LoadedParts } from './tasks/backend.js'
import { ServedModels } from './tasks/served-models.js'
import { loggerOptions } from './telemetry/logging.js'
import { startTraces } from './telemetry/start-traces.js'

/** What a server is made of. Tests put a scripted engine here. */
export interface AppDependencies {
  /** What is served; who does not say which model is meant means the first. */
  models: readonly [LoadedParts, ...LoadedParts[]]
  apiKeys: ApiKeys
  clock: Clock
  /** Version of this package, for the OpenAPI document. */
  version: string
  /** Where log lines go; standard output where absent. */
  logTo?: { write: (line: string) => void }
}

/** A server that is ready to listen, with what its process needs to end it well. */
export interface App {
  server: FastifyInstance
  lifecycle: Lifecycle
  models: ServedModels
}

/** A comment on a silent stream after so long: well under the minute after which proxies give up. */
const HEARTBEAT_MS = 10_000
/** Largest JSON body of a route without a picture. */
const TEXT_BODY_BYTES = 256 * 1024

/** Builds the server: the one constructor, for the process, the tests and the OpenAPI generator alike. */
export async function buildApp (dependencies: AppDependencies, config: Config): Promise<App> {
  const { apiKeys, clock, version, logTo } = dependencies
  const lifecycle = new Lifecycle()
  const signatures = await loadSignatures(config)
  const models = await serveModels(dependencies, config, { signer: signatures.signer }, () => jobs.byState)
  const pictures = { maxUploadBytes: config.maxUploadBytes, heartbeatMs: HEARTBEAT_MS }

  const server = createServer(config, logTo)
  server.addHook('onClose', signatures.close)
  // Order: an id for the log, then the shape of errors, then who may, then whether there is a place.
  await server.register(requestIdPlugin)
  await server.register(tracingPlugin, { traces: await startTraces(process.env) })
  await server.register(crossOriginPlugin, { origins: config.corsOrigins })
  await server.register(errorPlugin, { models })
  await server.register(authenticationPlugin, { apiKeys })
  await server.register(unroutedPlugin)
  await server.register(contentEncodingPlugin)
  const rates = { requests: config.rateLimitRequests, workUnits: config.rateLimitWork }
  const door = new Door({ lifecycle, clock, rates })
  const jobs = new JobBoard({ maxJobs: config.maxJobs, timeoutMs: config.jobTimeoutMs, resultMs: config.jobResultMs, clock, metrics: models.doorMetrics })
  await server.register(admissionPlugin, { door, models, clock, requestTimeoutMs: config.requestTimeoutMs, jobs })
  await server.register(serverTimingPlugin, { clock })
  server.decorate('streamBufferBytes', config.streamBufferBytes)
  await server.register(provenancePlugin, { provenance: config.provenance })
  await server.register(idempotencyPlugin, { windowMs: config.idempotencyWindowMs, clock })
  await server.register(documentationPlugin, { version })
  await server.register(playgroundPlugin, { playground: config.playground })
  await server.register(capabilitiesRoute, { models, config, version })
  await server.register(generateRoute)
  await server.register(captionRoute, pictures)
  await server.register(answerRoute, pictures)
  await server.register(attributesRoute, pictures)
  await server.register(imageGenerationsRoute, { heartbeatMs: HEARTBEAT_MS })
  await server.register(imageEditsRoute, pictures)
  await server.register(verifyProvenanceRoute, { ...pictures, models, manifests: signatures.reader })
  await server.register(chatCompletionsRoute, { ...pictures, allowedHosts: config.imageUrlAllowedHosts })
  await server.register(inferenceRoutes, { models, maxUploadBytes: config.maxUploadBytes, lifecycle, version })
  if (config.maxJobs > 0) await server.register(jobRoutes, { jobs, clock, bodyLimit: pictureBodyLimit(config.maxUploadBytes, 2) })
  await server.register(modelRoutes, { models })
  await server.register(healthRoutes, { models, lifecycle })
  await server.register(metricsRoute, { models })
  return { server, lifecycle, models }
}

/** The models with all that their requests share. */
async function serveModels ({ models, apiKeys, clock }: AppDependencies, config: Config, { signer }: Pick<Signatures, 'signer'>, jobs: () => Record<JobState, number>): Promise<ServedModels> {
  const policy = await loadPolicy(config.policyFile)
  return new ServedModels(models, {
    shared: { clock, policy, provenance: config.provenance, signer, maxImagePixels: config.maxImagePixels },
    queue: { maxRequests: config.maxQueueRequests, maxWorkUnits: config.maxQueueWork },
    callers: apiKeys.callers,
    metrics: { policyCategories: policy.refusing, queueLimits: { requests: config.maxQueueRequests, work_units: config.maxQueueWork } },
    jobs,
    layers: config.metricsPerLayer ? 'per-layer' : 'summed'
  })
}

/** The server without routes: what it reads, and how it answers what is no request. */
function createServer (config: Config, logTo: AppDependencies['logTo']): FastifyInstance {
  const server = Fastify({
    logger: { ...loggerOptions(config.logLevel), ...(logTo === undefined ? {} : { stream: logTo }) },
    genReqId: requestIdOf,
    bodyLimit: TEXT_BODY_BYTES,
    requestTimeout: config.requestTimeoutMs,
    forceCloseConnections: true,
    trustProxy: trustedProxies(config.trustProxy),
    clientErrorHandler: (error, socket) => { answerClientError(error, socket, config.requestTimeoutMs) },
    frameworkErrors: (error, request, reply) => { answerUnroutable(error, request, reply) },
    // Nothing is converted, filled in or dropped: a body is what its sender wrote, or it is refused.
    ajv: { customOptions: { coerceTypes: false, useDefaults: false, removeAdditional: false, verbose: true, allErrors: false } }
  })
  // JSON and forms only: Fastify would read text/plain as a string, past the schemas of routes that take both.
  server.removeContentTypeParser('text/plain')
  return server
}
