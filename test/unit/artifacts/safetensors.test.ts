import { join } from 'node:path'
import t, { type Test } from 'tap'
import { readSafetensorsHeader } from '../../../src/artifacts/safetensors.js'

/** A file with a header, or with bytes that claim to be one, and so many bytes of tensors. */
function fileOf (t: Test, header: unknown, dataBytes: number, claimedLength?: number): string {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(claimedLength ?? json.length))
  return join(t.testdir({ 'weights.safetensors': Buffer.concat([length, json, Buffer.alloc(dataBytes)]) }), 'weights.safetensors')
}

const tensor = (changes: object = {}): object => ({ dtype: 'F32', shape: [2, 3], data_offsets: [0, 24], ...changes })

t.test('a header says what each tensor is and where it lies in the file', async (t) => {
  const header = { __metadata__: { format: 'pt' }, a: tensor(), b: { dtype: 'U8', shape: [], data_offsets: [24, 25] } }
  const start = 8 + JSON.stringify(header).length
  t.same([...(await readSafetensorsHeader(fileOf(t, header, 25))).values()], [
    { name: 'a', dtype: 'F32', dims: [2, 3], offset: start, byteLength: 24 },
    { name: 'b', dtype: 'U8', dims: [], offset: start + 24, byteLength: 1 }
  ])
})

t.test('a file that is missing or damaged is refused with the reason', async (t) => {
  await t.rejects(readSafetensorsHeader('/nowhere/weights.safetensors'), { code: 'model_file_missing' })
  const cases: [header: unknown, dataBytes: number, message: RegExp, claimedLength?: number][] = [
    ['{}', 0, /claims 9999 bytes and the file has 10/, 9999],
    ['{}', 0, /claims 9007199254740992 bytes/, 2 ** 53],
    ['{"a"', 0, /header is not JSON/],
    ['null', 0, /header is not an object/],
    [{ a: null }, 24, /tensor a has the element type undefined/],
    [{ a: tensor({ dtype: 'F64' }) }, 24, /tensor a has the element type "F64"/],
    [{ a: tensor({ shape: 'large' }) }, 24, /entry of tensor a is malformed/],
    [{ a: tensor({ shape: [-2, -3] }) }, 24, /entry of tensor a is malformed/],
    [{ a: tensor({ data_offsets: [24] }) }, 24, /entry of tensor a is malformed/],
    [{ a: tensor({ data_offsets: [0, 20] }) }, 24, /tensor a has 20 bytes and its shape needs 24/],
    [{ a: tensor() }, 23, /tensor a ends at byte \d+ and the file at \d+/]
  ]
  for (const [header, dataBytes, message, claimedLength] of cases) {
    await t.rejects(readSafetensorsHeader(fileOf(t, header, dataBytes, claimedLength)), { code: 'model_weights_invalid', message })
  }
})

t.test('a file too short for a header is refused', async (t) => {
  const path = join(t.testdir({ short: 'abc' }), 'short')
  await t.rejects(readSafetensorsHeader(path), { code: 'model_weights_invalid', message: /ends before its header does/ })
})
