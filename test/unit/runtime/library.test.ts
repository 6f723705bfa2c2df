import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { Environment } from '../../../src/runtime/environment.js'
import { collectGarbage } from '../../support/collect-garbage.js'

t.test('the library stays loaded when nothing that was made of it is left', async (t) => {
  new Environment({ threads: 1 }).dispose()
  for (let round = 0; round < 3; round++) {
    collectGarbage()
    await wait(10)
  }
  // Calls into a library that was unloaded end this process with a segmentation fault, and so the test.
  t.doesNotThrow(() => { new Environment({ threads: 1 }).dispose() })
})
