import t from 'tap'
import { StopWatch } from '../../../src/sampling/stop-strings.js'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Index of the piece with which a stop string is there; -1 for never. */
const foundAt = (strings: string[], pieces: string[], lead = ''): number => {
  const watch = new StopWatch({ strings: strings.map(bytes), lead: bytes(lead) })
  return pieces.findIndex((piece) => watch.push(bytes(piece)) === 'found')
}

t.test('a stop string is found with the token that completes it, across any borders', (t) => {
  t.equal(foundAt(['b'], ['a', 'b', 'c']), 1)
  t.equal(foundAt(['bcd'], ['ab', 'c', 'de']), 2)
  t.equal(foundAt(['bcd'], ['ab', 'cbcd']), 1)
  t.equal(foundAt(['aab'], ['aa', 'ab']), 1, 'one that begins anew within itself')
  t.equal(foundAt(['x', 'cd'], ['a', 'c', 'd']), 2)
  t.equal(foundAt(['é'], ['a', 'é']), 1)
  t.equal(foundAt(['bcd'], ['ab', 'c', 'c', 'd']), -1)
  t.end()
})

t.test('the lead of a text is not searched, and what only looks like it is', (t) => {
  t.equal(foundAt([' '], [' a', ' b'], ' '), 1)
  t.equal(foundAt([' '], [' ', 'a', ' '], ' '), 2)
  t.equal(foundAt(['a'], ['a', 'b'], ' '), 0)
  t.equal(foundAt(['>'], ['=', '> x', '>'], '=> '), 2)
  t.equal(foundAt(['='], ['=', 'x'], '=> '), 1, 'it was the beginning of the lead, and no lead came')
  t.end()
})
