import t from 'tap'
import { workUnits } from '../../../src/engine/work-units.js'
import { StepTimes } from '../../../src/tasks/step-times.js'

const workLeft = { generate: { waiting: 7, running: 10 }, understand: { waiting: 0, running: 2 + 8 / 8 } }

t.test('a picture is its units times the milliseconds of a row, whatever its settings', async (t) => {
  const times = new StepTimes()
  times.take({ steps: [{ phase: 'unmask', rows: 2, durationMs: 30 }], workLeft })
  t.equal(times.of('generate', workUnits({ kind: 'generate', numInferenceSteps: 10, guidanceScale: 3 })), 300)
  t.equal(times.of('generate', workUnits({ kind: 'generate', numInferenceSteps: 10, guidanceScale: 1 })), 150)
})

t.test('a text is the reading of its picture and its tokens, each at its own measured time', async (t) => {
  const times = new StepTimes()
  times.take({ steps: [{ phase: 'encode', rows: 1, durationMs: 40 }, { phase: 'prefill', rows: 1, durationMs: 20 }, { phase: 'decode', rows: 4, durationMs: 8 }], workLeft })
  t.equal(times.of('caption', workUnits({ kind: 'understand', maxTokens: 16 })), 60 + 16 * 2)
  t.equal(times.of('answer', 1), 30, 'half of the reading')
})

t.test('the newest steps weigh most, so that the figure follows a machine that becomes slower', async (t) => {
  const times = new StepTimes()
  const step = (durationMs: number): void => { times.take({ steps: [{ phase: 'unmask', rows: 1, durationMs }], workLeft }) }
  step(10)
  step(110)
  t.equal(times.of('generate', 1), 30)
  for (let count = 0; count < 40; count++) step(110)
  t.ok(Math.abs(times.of('generate', 1) - 110) < 0.1)
})

t.test('the least is that of the best batch that was seen; before the first step nothing is impossible', async (t) => {
  const times = new StepTimes()
  t.equal(times.least('generate', 1000), 0)
  times.take({ steps: [{ phase: 'unmask', rows: 2, durationMs: 20 }, { phase: 'unmask', rows: 8, durationMs: 40 }], workLeft })
  t.equal(times.least('generate', 100), 500, '5 ms a row in company')
  t.ok(times.of('generate', 100) > 500)
  t.equal(times.least('caption', 100), 0, 'a text may end with its first token')
})

t.test('what has begun is what the engine says is left of it', async (t) => {
  const times = new StepTimes()
  times.take({ steps: [{ phase: 'unmask', rows: 1, durationMs: 10 }, { phase: 'encode', rows: 1, durationMs: 4 }, { phase: 'prefill', rows: 1, durationMs: 6 }, { phase: 'decode', rows: 1, durationMs: 1 }], workLeft })
  t.equal(times.begunMs, 100 + 10 + 8)
})
