import t from 'tap'
import { PixelNormaliser } from '../../../src/engine/ort/pixels.js'

t.test('pixels become planes, each channel with its own mean and spread', (t) => {
  const normaliser = new PixelNormaliser({ size: 2, mean: [0.5, 0, 1], std: [0.5, 1, 2] })
  t.equal(normaliser.bytes, 12)
  const planes = new Float32Array(1 + 12)
  normaliser.write(Uint8Array.from([0, 0, 0, 255, 255, 255, 51, 51, 51, 102, 0, 255]), planes, 1)
  const expected = [0, -1, 1, -0.6, -0.2, 0, 1, 0.2, 0, -0.5, 0, -0.4, 0].map(Math.fround)
  t.same([...planes].map((value) => Math.abs(value) < 1e-7 ? 0 : value), expected)
  t.end()
})
