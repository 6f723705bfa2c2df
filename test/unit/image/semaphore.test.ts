import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { Semaphore } from '../../../src/image/semaphore.js'

t.test('so many run at a time, the rest in order of arrival', async (t) => {
  const semaphore = new Semaphore(2)
  const began: number[] = []
  const finish: (() => void)[] = []
  const runs = [0, 1, 2, 3].map((index) => semaphore.run(async () => {
    began.push(index)
    await new Promise<void>((resolve) => { finish[index] = resolve })
  }))
  await turn()
  t.same(began, [0, 1])
  finish[1]?.()
  await runs[1]
  await turn()
  t.same(began, [0, 1, 2])
  finish[0]?.()
  await runs[0]
  await turn()
  finish[2]?.()
  finish[3]?.()
  await Promise.all(runs)
  t.same(began, [0, 1, 2, 3])
})

t.test('a task that fails gives its place back', async (t) => {
  const semaphore = new Semaphore(1)
  await t.rejects(semaphore.run(async () => { throw new Error('no') }), { message: 'no' })
  t.equal(await semaphore.run(async () => 5), 5)
})
