import t from 'tap'
import { shouldInterrupt } from '../../../src/scheduler/interruption.js'

const step = { rows: 8, abandonedRows: 2, elapsedMs: 10, expectedMs: 100, interruptions: 0 }

t.test('a step that nobody wants any more is stopped, however far it is', async (t) => {
  t.ok(shouldInterrupt({ ...step, abandonedRows: 8, elapsedMs: 99, interruptions: 5, expectedMs: undefined }))
})

t.test('a step is stopped under others only when running it again without the abandoned rows gets them done sooner', async (t) => {
  t.ok(shouldInterrupt(step), 'a quarter less to do, a tenth lost')
  t.notOk(shouldInterrupt({ ...step, elapsedMs: 30 }), 'a quarter less to do, nearly a third lost')
})

t.test('others are held up at most once in a row', async (t) => {
  t.notOk(shouldInterrupt({ ...step, interruptions: 1 }))
})

t.test('a step of unknown length is not stopped under others', async (t) => {
  t.notOk(shouldInterrupt({ ...step, expectedMs: undefined }))
})
