import t from 'tap'
import { collect, forkToy } from '../support/forked-toy.js'
import { pictureWork, textWork } from '../support/engine-works.js'

t.test('a forked engine makes pictures and texts, and exits when it is drained', async (t) => {
  const engine = forkToy(t)
  t.equal(engine.state(), 'starting')
  const model = await engine.whenReady()
  t.not(model.pid, process.pid)
  t.equal(engine.state(), 'ready')
  const [picture, text] = await Promise.all([collect(engine, pictureWork()), collect(engine, textWork())])
  t.same([picture.at(0)?.type, picture.at(-1)?.type], ['started', 'finished'])
  t.equal(text.at(-1)?.type, 'finished')
  await engine.drain()
  t.equal(engine.state(), 'stopped')
  await t.rejects(collect(engine, textWork()), { code: 'engine_stopped' })
})
