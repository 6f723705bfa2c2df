import { codedError } from '../../common/errors.js'

/** The protocol's extension for binary data: this header says where the JSON ends. */
export const JSON_LENGTH_HEADER = 'inference-header-content-length'

/**
 * A body of JSON and the elements of tensors behind it, to the body that JSON alone would be, its data as bytes.
 *
 * @param jsonLength value of the header; undefined where the body is JSON alone
 * @throws invalid_json, header_invalid, invalid_field
 */
export function splitBody (body: Uint8Array, jsonLength: string | undefined): unknown {
  const length = jsonLength === undefined ? body.length : Number(jsonLength)
  if (!Number.isInteger(length) || length < 0 || length > body.length) throw codedError('header_invalid', [JSON_LENGTH_HEADER, `the bytes of JSON that the body begins with, at most its ${body.length}`])
  const json = parse(Buffer.from(body.subarray(0, length)).toString('utf8'))
  if (!isObject(json) || !Array.isArray(json['inputs'])) return json
  let at = length
  const inputs = json['inputs'].map((input: unknown): unknown => {
    const size = isObject(input) && isObject(input['parameters']) ? input['parameters']['binary_data_size'] : undefined
    if (!isObject(input) || size === undefined) return input
    const end = at + Number(size)
    if (!Number.isInteger(end) || Number(size) < 0 || end > body.length) throw codedError('invalid_field', ['inputs.parameters.binary_data_size', 'names more bytes than follow the JSON'])
    const data = body.subarray(at, end)
    at = end
    return { ...input, data }
  })
  if (at !== body.length) throw codedError('invalid_field', ['inputs.parameters.binary_data_size', `leaves ${body.length - at} bytes behind the JSON to no input`])
  return { ...json, inputs }
}

function parse (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw codedError('invalid_json', ['it cannot be parsed'], { cause: error })
  }
}

function isObject (value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
