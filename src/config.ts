import { Type, type Static, type TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { closest } from './common/closest.js'
import { codedError } from './common/errors.js'
import { valueOfText } from './common/value-of-text.js'

const ENVIRONMENT_PREFIX = 'UNIF2ACE_'

const integer = (minimum: number, byDefault: number, description: string) =>
  Type.Integer({ minimum, maximum: Number.MAX_SAFE_INTEGER, default: byDefault, description })
/** Longest wait that a timer of Node can be set to, 24.8 days: a longer one would go off at once. */
const MAX_TIMER_MS = 2 ** 31 - 1
/** A host name or an address, with a port where only that one is meant. */
const HOST_PATTERN = '^([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\])(:[0-9]{1,5})?$'
const milliseconds = (minimum: number, byDefault: number, description: string) =>
  Type.Integer({ minimum, maximum: MAX_TIMER_MS, default: byDefault, description })

/** Every setting of the server. `maxQueueWork` is UNIF2ACE_MAX_QUEUE_WORK in the environment and --max-queue-work on the command line. */
export const ConfigSchema = Type.Object({
  host: Type.String({ minLength: 1, default: '127.0.0.1', description: 'Address to listen on; 0.0.0.0 for all.' }),
  port: Type.Integer({ minimum: 0, maximum: 65535, default: 8080, description: 'Port to listen on; 0 picks a free one.' }),
  model: Type.String({ minLength: 1, default: 'unif2ace-small', description: 'Model folder: a name under models/, or a path.' }),
  moreModels: Type.Array(Type.String(), { default: [], description: 'Model folders that are served besides it, separated by commas; a request says in `model` which it asks (docs/several-models.md). Empty: none.' }),
  executionProvider: Type.Union([Type.Literal('auto'), Type.Literal('cpu'), Type.Literal('cuda')], { default: 'auto', description: 'What runs the model. cuda fails when it is missing; auto falls back to cpu and says so.' }),
  threads: integer(0, 0, 'Threads of each model\'s operators; 0 for one a core, divided among the models.'),
  apiKeysFile: Type.String({ default: '', description: 'File of SHA-256 hashes of API keys, one a line. Empty: no key is asked for.' }),
  policyFile: Type.String({ default: '', description: 'Policy: what is refused, as YAML or JSON (docs/policy.md). Empty: the default policy.' }),
  provenance: Type.Union([Type.Literal('on'), Type.Literal('off')], { default: 'on', description: 'Whether pictures carry the mark that a model made them, their seed, model and receipt (docs/provenance.md). The law may ask for the mark.' }),
  c2paCertificate: Type.String({ default: '', description: 'Certificate chain (PEM, the signer\'s own first) to sign pictures with by C2PA; needs its key and the package @contentauth/c2pa-node (docs/provenance.md). Empty: none are signed.' }),
  c2paKey: Type.String({ default: '', description: 'Private key (PEM, no passphrase) of that certificate.' }),
  playground: Type.Union([Type.Literal('on'), Type.Literal('off')], { default: 'on', description: 'Whether / shows the playground; off leads to /docs.' }),
  maxQueueRequests: integer(1, 64, 'Most requests that wait for the engine; the next is answered 429.'),
  maxQueueWork: integer(1, 4096, 'Most work units that wait: one is one picture row through one unmasking step.'),
  generateShare: Type.Integer({ minimum: 1, maximum: 99, default: 50, description: 'Percent of the engine\'s time that pictures get while texts have work too.' }),
  pictureCacheBytes: integer(0, 64 * 1024 * 1024, 'Most memory of each model for pictures that were read, so that the next question about one finds it: 1.7 MB a picture of the small model, 102 MB of the paper\'s size.'),
  rateLimitRequests: integer(0, 0, 'Most requests a minute of an API key that has no limit of its own, or of an address where no key is asked for; 0 for no limit.'),
  rateLimitWork: integer(0, 0, 'Most work units a minute, likewise; 0 for no limit.'),
  maxUploadBytes: integer(1024, 10 * 1024 * 1024, 'Largest picture file, in bytes.'),
  maxImagePixels: integer(1, 40_000_000, 'Most pixels of an uploaded picture, checked before decoding.'),
  corsOrigins: Type.Array(Type.String({ pattern: '^(\\*|https?://[^/\\s]+)$' }), { default: [], description: 'Origins whose pages may call the API from a browser, like https://example.com; * for all. Empty: none.' }),
  trustProxy: Type.Array(Type.String({ pattern: '^(loopback|linklocal|uniquelocal|[0-9.]+(/[0-9]+)?|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(/[0-9]+)?)$' }), { default: [], description: 'Addresses or networks of proxies whose X-Forwarded-For is believed. Empty: none.' }),
  streamBufferBytes: integer(1024, 1024 * 1024, 'Most bytes of a stream that wait for its reader; past it the stream ends with an error.'),
  idempotencyWindowMs: milliseconds(0, 600_000, 'How long answers are kept for requests with an Idempotency-Key, in milliseconds; 0 refuses the header.'),
  maxJobs: integer(0, 64, 'Most jobs that are kept, waiting, running and ended; 0 for no jobs.'),
  jobTimeoutMs: milliseconds(1, 3_600_000, 'Deadline of a job from its arrival, in milliseconds.'),
  jobResultMs: milliseconds(1, 3_600_000, 'How long the result of a job is kept, in milliseconds.'),
  requestTimeoutMs: milliseconds(1, 120_000, 'Deadline of a request from its arrival, in milliseconds; past it the answer is 504.'),
  adminAddress: Type.String({ pattern: '^(|[A-Za-z0-9._-]+:[0-9]{1,5}|\\[[0-9A-Fa-f:.]+\\]:[0-9]{1,5})$', default: '', description: 'Address and port for operators, as 127.0.0.1:9090: POST /admin/reload. It asks for no key. Empty: none.' }),
  drainTimeoutMs: milliseconds(0, 25_000, 'How long requests in flight may still run after SIGTERM, in milliseconds.'),
  logLevel: Type.Union([Type.Literal('fatal'), Type.Literal('error'), Type.Literal('warn'), Type.Literal('info'), Type.Literal('debug'), Type.Literal('trace'), Type.Literal('silent')], { default: 'info', description: 'Least severe log line that is written.' }),
  imageUrlAllowedHosts: Type.Array(Type.String({ pattern: HOST_PATTERN }), { default: [], description: 'Hosts that picture URLs of /v1/chat/completions may name, as example.com or example.com:8443, separated by commas. A name that leads to a private address is refused all the same; an address in this list is taken at its word.' }),
  metricsPerLayer: Type.Boolean({ default: false, description: 'Split expert selections by layer in /metrics: layers × experts more series.' })
}, { additionalProperties: false })

/** The server's settings, frozen. */
export type Config = Readonly<Static<typeof ConfigSchema>>

/** Name of one setting. */
export type SettingName = keyof Static<typeof ConfigSchema>

/** One setting as the environment, the command line and the help know it. */
export interface Setting {
  name: SettingName
  /** `UNIF2ACE_MAX_QUEUE_REQUESTS` */
  variable: string
  /** `max-queue-requests` */
  flag: string
  description: string
  /** As it would be written in the environment. */
  defaultText: string
  /** What its value is, in the help: `N`, `MS`, `on|off`. */
  placeholder: string
}

/** All settings, in the order of the schema. */
export const SETTINGS: readonly Setting[] = settingNames().map((name) => ({
  name,
  variable: ENVIRONMENT_PREFIX + words(name).join('_').toUpperCase(),
  flag: words(name).join('-'),
  description: annotation(name, 'description'),
  defaultText: annotation(name, 'default'),
  placeholder: placeholderOf(name)
}))

/**
 * Puts the settings together: flags win over the environment, the environment over the defaults.
 *
 * @param environment the process environment; variables without our prefix are none of our business
 * @param flags values given on the command line
 * @throws setting_unknown, setting_invalid
 */
export function readConfig (environment: NodeJS.ProcessEnv, flags: Partial<Record<SettingName, string>> = {}): Config {
  refuseUnknown(environment)
  const config: Record<string, unknown> = {}
  for (const { name, variable, flag } of SETTINGS) {
    const schema = ConfigSchema.properties[name]
    const fromFlag = flags[name]
    const text = fromFlag ?? environment[variable]
    config[name] = text === undefined ? Value.Create(schema) : parse(text, schema, fromFlag === undefined ? variable : `--${flag}`)
  }
  if (!Value.Check(ConfigSchema, config)) throw codedError('internal_error', ['the settings do not match their schema'])
  return Object.freeze(config)
}

/** The settings of this process: the one place that reads its environment. */
export function readProcessConfig (flags: Partial<Record<SettingName, string>> = {}): Config {
  return readConfig(process.env, flags)
}

/** Whether a setting is a switch, for the command line: `--metrics-per-layer` needs no value. */
export function isSwitch (name: SettingName): boolean {
  return kindOf(ConfigSchema.properties[name]) === 'boolean'
}

/** Whether only this machine reaches a server that listens on this address. */
export function isLoopback (host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}

function refuseUnknown (environment: NodeJS.ProcessEnv): void {
  const known = new Set(SETTINGS.map((setting) => setting.variable))
  const unknown = Object.keys(environment).filter((name) => name.startsWith(ENVIRONMENT_PREFIX) && !known.has(name))
  if (unknown.length > 0) {
    throw codedError('setting_unknown', [unknown.map((name) => withNearest(name, [...known])).join(', '), [...known].join(', ')])
  }
}

function withNearest (name: string, known: readonly string[]): string {
  const near = closest(name, known)
  return near === undefined ? name : `${name} (perhaps ${near})`
}

function parse (text: string, schema: TSchema, origin: string): unknown {
  const value = 'items' in schema ? splitList(text) : valueOfText(text, kindOf(schema))
  if (Value.Check(schema, value)) return value
  throw codedError('setting_invalid', [origin, whatItTakes(schema), text])
}

/** `a whole number from 0 to 65535`, after "takes". */
function whatItTakes (schema: TSchema): string {
  const { minimum, maximum, anyOf, type, pattern, description }: Record<string, unknown> = { ...schema }
  if (Array.isArray(anyOf)) return `one of ${anyOf.map((option: { const?: unknown }) => String(option.const)).join(', ')}`
  if (type === 'integer') return `a whole number from ${String(minimum)} to ${String(maximum)}`
  if (type === 'boolean') return 'true or false'
  if (type === 'array') return `values separated by commas (${String(description)})`
  return pattern === undefined ? 'some text' : `text of another form (${String(description)})`
}

const splitList = (text: string): string[] => text.split(',').map((part) => part.trim()).filter((part) => part !== '')

const kindOf = (schema: TSchema): unknown => 'type' in schema ? schema.type : undefined

/** A word of a setting's schema as text. */
function annotation (name: SettingName, keyword: 'description' | 'default'): string {
  const schema: Record<string, unknown> = { ...ConfigSchema.properties[name] }
  return String(schema[keyword] ?? '')
}

function placeholderOf (name: SettingName): string {
  const { anyOf, type }: Record<string, unknown> = { ...ConfigSchema.properties[name] }
  if (Array.isArray(anyOf)) return anyOf.map((option: { const?: unknown }) => String(option.const)).join('|')
  if (name.endsWith('Ms')) return 'MS'
  if (name.endsWith('Bytes')) return 'BYTES'
  if (type === 'integer') return 'N'
  if (type === 'array') return 'LIST'
  if (name === 'model') return 'FOLDER'
  return name === 'host' || name === 'adminAddress' ? 'ADDRESS' : 'FILE'
}

/** `maxQueueRequests` → max, queue, requests */
function words (name: string): string[] {
  return name.split(/(?=[A-Z])/).map((word) => word.toLowerCase())
}

function settingNames (): SettingName[] {
  return Object.keys(ConfigSchema.properties).filter((name): name is SettingName => name in ConfigSchema.properties)
}
