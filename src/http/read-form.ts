import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { TObject } from 'typebox'
import { codedError } from '../common/errors.js'
import { valueOfText } from '../common/value-of-text.js'

/** Bounds of the text parts of a form: many small fields, no hidden bulk. */
const MAX_FIELDS = 64
const MAX_FIELD_BYTES = 64 * 1024

/** Lets the routes of this scope take multipart forms. These limits are per part; readForm bounds their sum. */
export async function registerForms (app: FastifyInstance, maxUploadBytes: number, files: number): Promise<void> {
  await app.register(multipart, {
    // readForm says it with the limit.
    throwFileSizeLimit: false,
    limits: { fileSize: maxUploadBytes, files, fields: MAX_FIELDS, fieldSize: Math.max(MAX_FIELD_BYTES, dataUrlBytes(maxUploadBytes)), parts: MAX_FIELDS + files, fieldNameSize: 128 }
  })
}

/** Bytes of the longest data URL of a file of so many bytes, with some room for its head. */
export function dataUrlBytes (fileBytes: number): number {
  return Math.ceil(fileBytes / 3) * 4 + 1024
}

/**
 * Reads a multipart form into a body that has the shape of the JSON one, so that one schema and one handler serve both. Numbers and booleans come
 * as text in a form and are converted as the schema says; a list may be repeated, spelled with `[]`, or one JSON array.
 *
 * @throws image_too_large, body_too_large, invalid_form
 */
export async function readForm (request: FastifyRequest, schema: TObject, maxUploadBytes: number): Promise<unknown> {
  const { bodyLimit } = request.routeOptions
  if (Number(request.headers['content-length'] ?? 0) > bodyLimit) throw codedError('body_too_large', [bodyLimit])
  try {
    return await readParts(request, schema, maxUploadBytes)
  } catch (error) {
    // The parser's own errors have no code: a missing boundary, a form that is cut short.
    if (error instanceof Error && !('code' in error)) throw codedError('invalid_form', [error.message], { cause: error })
    throw error
  }
}

async function readParts (request: FastifyRequest, schema: TObject, maxUploadBytes: number): Promise<Record<string, unknown>> {
  const fields: Record<string, unknown> = {}
  const { bodyLimit } = request.routeOptions
  let bytes = 0
  for await (const part of request.parts()) {
    const value = part.type === 'file' ? await part.toBuffer() : part.value
    if (part.type === 'file' && part.file.truncated) throw codedError('image_too_large', [maxUploadBytes])
    if (part.type === 'field' && part.valueTruncated) throw codedError('body_too_large', [bodyLimit])
    bytes += lengthOf(value)
    if (bytes > bodyLimit) throw codedError('body_too_large', [bodyLimit])
    addField(fields, schema, part.fieldname, typeof value === 'string' ? valueOfText(value, kindOf(schema, part.fieldname)) : value)
  }
  return fields
}

function kindOf ({ properties }: TObject, name: string): unknown {
  const property: object | undefined = Object.hasOwn(properties, name) ? properties[name] : undefined
  return property !== undefined && 'type' in property ? property.type : undefined
}

function lengthOf (value: unknown): number {
  return typeof value === 'string' || value instanceof Uint8Array ? value.length : 0
}

function addField (fields: Record<string, unknown>, schema: TObject, name: string, value: unknown): void {
  const list = name.replace(/\[\]$/, '')
  if (kindOf(schema, list) !== 'array') {
    if (Object.hasOwn(fields, name)) throw codedError('invalid_form', [`the field ${name} is there twice`], { param: name })
    fields[name] = value
    return
  }
  const before = fields[list]
  fields[list] = [...(Array.isArray(before) ? before : []), ...itemsOf(value)]
}

function itemsOf (value: unknown): unknown[] {
  if (typeof value !== 'string' || !value.startsWith('[')) return [value]
  try {
    const list: unknown = JSON.parse(value)
    return Array.isArray(list) ? list : [value]
  } catch {
    return [value] // A text may begin with a bracket.
  }
}
