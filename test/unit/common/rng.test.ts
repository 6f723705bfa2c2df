import t from 'tap'
import { philox4x32, uniforms } from '../../../src/common/rng.js'
import { golden } from '../../support/golden.js'

t.test('Philox gives the known answers of its paper\'s test vectors', (t) => {
  // Random123, kat_vectors: philox4x32 with 10 rounds.
  t.same(philox4x32([0, 0, 0, 0], [0, 0]), [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8])
  t.same(philox4x32([0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff]), [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd])
  t.same(philox4x32([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]), [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1])
  t.end()
})

t.test('uniforms are those of training, for any place in the generator\'s space', (t) => {
  for (const { seed, uniforms: expected, ...place } of golden('philox')) {
    t.same([...uniforms({ ...place, seed: BigInt(seed) }, expected.length)], expected, `seed ${seed}, stream ${place.stream}`)
  }
  t.end()
})

t.test('uniforms lie inside (0, 1), and a longer run begins like a shorter one', (t) => {
  const numbers = uniforms({ seed: 5n, stream: 0, step: 0, row: 0 }, 10_001)
  t.ok(numbers.every((number) => number > 0 && number < 1))
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length
  t.ok(Math.abs(mean - 0.5) < 0.01, `their mean is ${mean}`)
  t.same(uniforms({ seed: 5n, stream: 0, step: 0, row: 0 }, 6), numbers.slice(0, 6))
  t.end()
})
