import t from 'tap'
import { isSwitch, readConfig, SETTINGS } from '../../../src/config.js'

t.test('without settings the defaults hold, frozen', async (t) => {
  const config = readConfig({ PATH: '/bin', HOME: '/root' })
  t.same(config, {
    host: '127.0.0.1',
    port: 8080,
    model: 'unif2ace-small',
    moreModels: [],
    executionProvider: 'auto',
    threads: 0,
    apiKeysFile: '',
    policyFile: '',
    provenance: 'on',
    c2paCertificate: '',
    c2paKey: '',
    playground: 'on',
    maxQueueRequests: 64,
    maxQueueWork: 4096,
    generateShare: 50,
    pictureCacheBytes: 67_108_864,
    rateLimitRequests: 0,
    rateLimitWork: 0,
    maxUploadBytes: 10_485_760,
    maxImagePixels: 40_000_000,
    corsOrigins: [],
    trustProxy: [],
    streamBufferBytes: 1_048_576,
    idempotencyWindowMs: 600_000,
    maxJobs: 64,
    jobTimeoutMs: 3_600_000,
    jobResultMs: 3_600_000,
    requestTimeoutMs: 120_000,
    adminAddress: '',
    drainTimeoutMs: 25_000,
    logLevel: 'info',
    imageUrlAllowedHosts: [],
    metricsPerLayer: false
  })
  t.throws(() => { Object.assign(config, { port: 1 }) }, TypeError)
})

/** One value that each setting takes, and what it then is; and values that it does not take. */
const VALUES: Record<string, { text: string, value: unknown, refused: string[] }> = {
  UNIF2ACE_HOST: { text: '0.0.0.0', value: '0.0.0.0', refused: [''] },
  UNIF2ACE_PORT: { text: '0', value: 0, refused: ['', '-1', '65536', '80.5', '0x50', '1e3', ' 80', 'http', 'true'] },
  UNIF2ACE_MODEL: { text: '/models/mine', value: '/models/mine', refused: [''] },
  UNIF2ACE_MORE_MODELS: { text: 'portraits, /models/mine', value: ['portraits', '/models/mine'], refused: [] },
  UNIF2ACE_EXECUTION_PROVIDER: { text: 'cuda', value: 'cuda', refused: ['', 'CUDA', 'gpu'] },
  UNIF2ACE_THREADS: { text: '4', value: 4, refused: ['-1', 'all'] },
  UNIF2ACE_API_KEYS_FILE: { text: '/keys', value: '/keys', refused: [] },
  UNIF2ACE_POLICY_FILE: { text: '/policy.yaml', value: '/policy.yaml', refused: [] },
  UNIF2ACE_PROVENANCE: { text: 'off', value: 'off', refused: ['', 'true', 'OFF'] },
  UNIF2ACE_C2PA_CERTIFICATE: { text: '/chain.pem', value: '/chain.pem', refused: [] },
  UNIF2ACE_C2PA_KEY: { text: '/key.pem', value: '/key.pem', refused: [] },
  UNIF2ACE_PLAYGROUND: { text: 'off', value: 'off', refused: ['', 'true', 'ON'] },
  UNIF2ACE_MAX_QUEUE_REQUESTS: { text: '1', value: 1, refused: ['0', 'many'] },
  UNIF2ACE_MAX_QUEUE_WORK: { text: '10', value: 10, refused: ['0'] },
  UNIF2ACE_GENERATE_SHARE: { text: '80', value: 80, refused: ['0', '100', 'half'] },
  UNIF2ACE_PICTURE_CACHE_BYTES: { text: '0', value: 0, refused: ['-1', '64MB'] },
  UNIF2ACE_RATE_LIMIT_REQUESTS: { text: '60', value: 60, refused: ['-1', '60/min'] },
  UNIF2ACE_RATE_LIMIT_WORK: { text: '6000', value: 6000, refused: ['-1', '1.5'] },
  UNIF2ACE_MAX_UPLOAD_BYTES: { text: '2048', value: 2048, refused: ['1023', '10MB'] },
  UNIF2ACE_MAX_IMAGE_PIXELS: { text: '1000', value: 1000, refused: ['0', 'Infinity', 'NaN'] },
  UNIF2ACE_CORS_ORIGINS: { text: 'https://a.example, http://localhost:3000', value: ['https://a.example', 'http://localhost:3000'], refused: ['a.example', 'https://a.example/path', 'ftp://a.example'] },
  UNIF2ACE_TRUST_PROXY: { text: 'loopback,10.0.0.0/8,fd00::/8', value: ['loopback', '10.0.0.0/8', 'fd00::/8'], refused: ['true', 'proxy.example', '1'.repeat(3) + 'x'] },
  UNIF2ACE_STREAM_BUFFER_BYTES: { text: '4096', value: 4096, refused: ['0', '1k'] },
  UNIF2ACE_IDEMPOTENCY_WINDOW_MS: { text: '0', value: 0, refused: ['-1', '10m'] },
  UNIF2ACE_MAX_JOBS: { text: '0', value: 0, refused: ['-1'] },
  UNIF2ACE_JOB_TIMEOUT_MS: { text: '5000', value: 5000, refused: ['0'] },
  UNIF2ACE_JOB_RESULT_MS: { text: '5000', value: 5000, refused: ['0'] },
  UNIF2ACE_REQUEST_TIMEOUT_MS: { text: '5000', value: 5000, refused: ['0', '5s', '2147483648'] },
  UNIF2ACE_ADMIN_ADDRESS: { text: '127.0.0.1:9090', value: '127.0.0.1:9090', refused: ['9090', 'http://127.0.0.1:9090', '127.0.0.1', 'a b:1'] },
  UNIF2ACE_DRAIN_TIMEOUT_MS: { text: '0', value: 0, refused: ['-1', '2147483648'] },
  UNIF2ACE_LOG_LEVEL: { text: 'debug', value: 'debug', refused: ['', 'verbose', 'INFO'] },
  UNIF2ACE_IMAGE_URL_ALLOWED_HOSTS: { text: 'example.com, 10.0.0.1:8443, [::1]', value: ['example.com', '10.0.0.1:8443', '[::1]'], refused: ['https://example.com', 'example.com/pictures', 'a b'] },
  UNIF2ACE_METRICS_PER_LAYER: { text: 'true', value: true, refused: ['', '1', 'yes', 'TRUE'] }
}

t.test('every setting is read from its variable and from its flag, and the flag wins', async (t) => {
  t.same(SETTINGS.map(({ variable }) => variable), Object.keys(VALUES), 'the table names every setting')
  for (const { name, variable } of SETTINGS) {
    const { text = '', value } = VALUES[variable] ?? {}
    t.same(readConfig({ [variable]: text })[name], value, variable)
    t.same(readConfig({}, { [name]: text })[name], value, name)
    t.same(readConfig({ [variable]: 'nonsense' }, { [name]: text })[name], value, 'the flag wins')
  }
})

t.test('a value that a setting does not take is refused with what it takes; nothing is rounded or guessed', async (t) => {
  for (const { name, variable, flag } of SETTINGS) {
    for (const text of VALUES[variable]?.refused ?? []) {
      t.throws(() => readConfig({ [variable]: text }), { code: 'setting_invalid', message: new RegExp(`^${variable} takes .*"${text}"`) }, `${variable}=${text}`)
      t.throws(() => readConfig({}, { [name]: text }), { code: 'setting_invalid', message: new RegExp(`^--${flag} takes `) })
    }
  }
  t.throws(() => readConfig({ UNIF2ACE_PORT: '99999' }), { message: /a whole number from 0 to 65535/ })
  t.throws(() => readConfig({ UNIF2ACE_EXECUTION_PROVIDER: 'gpu' }), { message: /one of auto, cpu, cuda/ })
  t.throws(() => readConfig({ UNIF2ACE_METRICS_PER_LAYER: '1' }), { message: /true or false/ })
  t.throws(() => readConfig({ UNIF2ACE_CORS_ORIGINS: 'a.example' }), { message: /separated by commas \(Origins .*https:\/\/example.com/ })
})

t.test('an unknown variable with our prefix is refused, others are none of our business', async (t) => {
  t.throws(() => readConfig({ UNIF2ACE_PROT: '80', UNIF2ACE_PORT: '80' }), { code: 'setting_unknown', message: /no setting UNIF2ACE_PROT.*UNIF2ACE_HOST, UNIF2ACE_PORT/ })
  t.equal(readConfig({ UNIFACE_PORT: '80', PORT: '81' }).port, 8080)
})

t.test('each setting has a description, a default as text, and spellings that agree', async (t) => {
  for (const { variable, flag, description, defaultText } of SETTINGS) {
    t.match(description, /^[A-Z].*\.$/, variable)
    t.type(defaultText, 'string')
    t.equal(`UNIF2ACE_${flag.replaceAll('-', '_').toUpperCase()}`, variable)
  }
  t.same(SETTINGS.filter(({ name }) => isSwitch(name)).map(({ flag }) => flag), ['metrics-per-layer'])
})
