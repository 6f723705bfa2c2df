import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import fastifyPlugin from 'fastify-plugin'
import { ErrorBodySchema } from '../schemas/common.js'
import { ExpertsSchema } from '../schemas/experts.js'

const DESCRIPTION = `One UniF2ace model makes faces from words, describes faces and answers questions about them.

* Guidance: \`uncond + s · (cond − uncond)\`; a \`guidance_scale\` of 1 is off. (Show-o's g is s − 1.)
* Every answer carries \`x-request-id\`: yours, if you sent one of up to 128 letters, digits and \`._:/=+-\`, else a new one.
* Every generation carries its \`seed\`; the same seed, model, precision and settings give the same tokens.
* Errors have one body, \`{"error": {message, type, param, code}}\`; docs/errors.md explains each code. 429 and 503 carry \`retry-after-ms\` and \`Retry-After\`; \`x-should-retry\` says whether to try at all.`

/** What the page may load: itself. Pictures that it was answered are blobs; the UI's widgets are styled inline. */
const PAGE_POLICY = "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"

/** Makes the OpenAPI document from the routes' schemas, and shows it: /openapi.json and /docs. Register it before the routes. */
export const documentationPlugin = fastifyPlugin<{ version: string }>(async (app, { version }) => {
  await app.register(swagger, {
    // Shared schemas keep their names.
    refResolver: { buildLocalReference: (json) => String(json['$id']) },
    openapi: {
      openapi: '3.1.0',
      info: { title: 'UniF2ace Serve', version, description: DESCRIPTION, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
      servers: [{ url: '/', description: 'This server.' }],
      tags: [
        { name: 'faces', description: 'Make, describe and ask.' },
        { name: 'openai', description: 'Routes of OpenAI\'s API, for its clients.' },
        { name: 'inference', description: 'The Open Inference Protocol, for clients of KServe and Triton.' },
        { name: 'provenance', description: 'What pictures say of their making.' },
        { name: 'jobs', description: 'Ask now, fetch later.' },
        { name: 'models', description: 'What is served.' },
        { name: 'health', description: 'Probes and metrics.' }
      ],
      components: { securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', description: 'Only where the server has an API keys file.' } } },
      security: [{}, { apiKey: [] }]
    }
  })
  app.addSchema(ErrorBodySchema)
  app.addSchema(ExpertsSchema)
  // BaseLayout is without the bar that would load documents from elsewhere.
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: PAGE_POLICY, theme: { title: 'UniF2ace Serve' }, uiConfig: { layout: 'BaseLayout', tryItOutEnabled: true } })
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
}, { name: 'documentation' })
