import t from 'tap'
import { PrefixCache } from '../../../src/scheduler/prefix-cache.js'

t.test('what was unused longest leaves when the bytes are used up', async (t) => {
  const cache = new PrefixCache(250)
  t.same([cache.add('a', 100), cache.add('b', 100)], [[], []])
  cache.touch('a')
  t.same(cache.add('c', 100), ['b'])
  t.equal(cache.bytes, 200)
  t.ok(cache.has('a'))
})

t.test('what is pinned stays, whatever the bound', async (t) => {
  const cache = new PrefixCache(100)
  cache.pin('a')
  cache.pin('a')
  cache.add('a', 100)
  t.same(cache.add('b', 100), ['b'], 'the newcomer does not fit beside it')
  t.same(cache.unpin('a'), [])
  t.same(cache.add('c', 100), ['c'])
  cache.unpin('a')
  t.same(cache.add('d', 100), ['a'])
})

t.test('a bound of nothing keeps nothing beyond its use', async (t) => {
  const cache = new PrefixCache(0)
  cache.pin('a')
  t.same(cache.add('a', 100), [])
  t.ok(cache.has('a'))
  t.same(cache.unpin('a'), ['a'])
  t.equal(cache.bytes, 0)
})

t.test('an entry made twice counts once', async (t) => {
  const cache = new PrefixCache(1000)
  cache.add('a', 100)
  cache.add('a', 100)
  t.equal(cache.bytes, 100)
  t.throws(() => cache.unpin('a'), /not pinned/)
})
