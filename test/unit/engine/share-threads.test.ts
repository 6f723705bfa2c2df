import { availableParallelism } from 'node:os'
import t from 'tap'
import { threadsOfEach } from '../../../src/share-threads.js'

t.test('the cores are divided among engines, each has at least one, and what somebody has set holds', async (t) => {
  t.equal(threadsOfEach(0, 1, 4), 0, 'one engine has them all')
  t.equal(threadsOfEach(0, 2, 4), 2)
  t.equal(threadsOfEach(0, 3, 8), 2, 'none has a thread for which there is no core')
  t.equal(threadsOfEach(0, 4, 2), 1)
  for (const engines of [1, 2]) t.equal(threadsOfEach(3, engines, 4), 3)
  t.equal(threadsOfEach(0, 2), Math.max(1, Math.floor(availableParallelism() / 2)), 'of this machine, unless it is told')
})
