import type { FastifyInstance } from 'fastify'
import type { TObject } from 'typebox'

/** Lets a scope's routes take null for a field that is left out, as OpenAI's clients send it; in a form the text `null`. Fields that the schema does not know stay, to be refused. */
export function dropNullFields (app: FastifyInstance, { properties }: TObject): void {
  app.addHook('preValidation', async (request) => {
    const { body } = request
    if (typeof body !== 'object' || body === null || Array.isArray(body)) return
    const isForm = request.headers['content-type']?.startsWith('multipart/') === true
    const isNull = (value: unknown): boolean => value === null || (isForm && value === 'null')
    request.body = Object.fromEntries(Object.entries(body).filter(([name, value]) => !(isNull(value) && Object.hasOwn(properties, name))))
  })
}
