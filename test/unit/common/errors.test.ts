import t from 'tap'
import { codedError, fromWire, isCodedError, toWire, type ErrorCode } from '../../../src/common/errors.js'
import { ERROR_TABLE } from '../../../src/common/error-table.js'

t.test('a coded error carries its status, its type and a message with its values', async (t) => {
  const error = codedError('prompt_too_long', [120, 93])
  t.equal(error.status, 422)
  t.equal(error.type, 'invalid_request_error')
  t.equal(error.param, 'prompt')
  t.match(error.message, /120 tokens.*at most 93.*at least 27/)
})

t.test('an error is the same after crossing between processes', async (t) => {
  const error = codedError('model_file_changed', ['unmask.onnx', 'size', 10, 12])
  const back = fromWire(structuredClone(toWire(error)))
  t.equal(back.code, error.code)
  t.equal(back.message, error.message)
  t.equal(back.status, error.status)
  t.ok(isCodedError(back, 'model_file_changed'))
  t.notOk(isCodedError(back, 'queue_full'))
})

t.test('an error without a code crosses as an internal error', async (t) => {
  t.match(fromWire(toWire(new TypeError('x is not a function'))), { code: 'internal_error', message: /x is not a function/ })
  t.match(fromWire(toWire('thrown text')), { code: 'internal_error', message: /thrown text/ })
})

t.test('a code of another version becomes an internal error that names it', async (t) => {
  t.match(fromWire({ code: 'from_the_future', args: [1] }), { code: 'internal_error', message: /from_the_future/ })
  t.equal(fromWire({ code: 'toString', args: [] }).code, 'internal_error')
})

t.test('the cause stays for the log, and a field can be named', async (t) => {
  const cause = new Error('below')
  const error = codedError('runtime_failed', ['Run', 1, 'boom'], { cause, param: 'image' })
  t.equal(error.cause, cause)
  t.equal(error.param, 'image')
})

t.test('every message ends as a sentence and holds no placeholder', async (t) => {
  for (const [code, definition] of Object.entries(ERROR_TABLE)) {
    const message = (definition.message as (...values: (string | number)[]) => string)('alpha', 'beta', 'gamma', 'delta')
    t.notMatch(message, /undefined|%[sd]/, code)
    t.match(code, /^[a-z][a-z0-9_]+$/)
  }
  t.equal(new Set(Object.keys(ERROR_TABLE) as ErrorCode[]).size, Object.keys(ERROR_TABLE).length)
})
