import t from 'tap'
import { MAX_KIND_PASSES, StepPolicy } from '../../../src/scheduler/policy.js'
import type { StepKind } from '../../../src/scheduler/step.js'

/** The kinds that are chosen when the same ones stay ready, each step costing 1 ms unless said. */
function choices (ready: StepKind[], steps: number, cost: (kind: StepKind) => number = () => 1, policy = new StepPolicy()): StepKind[] {
  return Array.from({ length: steps }, () => {
    const kind = policy.choose(new Set(ready))
    if (kind === undefined) throw new Error('nothing was chosen')
    policy.charge(kind, cost(kind))
    return kind
  })
}

t.test('nothing is chosen when nothing is ready', async (t) => {
  t.equal(new StepPolicy().choose(new Set()), undefined)
})

t.test('decoding is passed over at most twice in a row by texts that join', async (t) => {
  t.equal(MAX_KIND_PASSES, 2)
  t.same(choices(['text', 'decode'], 6), ['text', 'text', 'decode', 'text', 'text', 'decode'])
})

t.test('every kind of a flow has its turn while all are ready', async (t) => {
  const chosen = choices(['encode', 'picture', 'text', 'decode'], 12)
  for (const kind of ['encode', 'picture', 'text', 'decode'] as const) {
    const turns = [...chosen.keys()].filter((step) => chosen[step] === kind)
    const gaps = turns.map((turn, index) => turn - (turns[index - 1] ?? -1))
    t.ok(turns.length >= 2 && Math.max(...gaps) <= MAX_KIND_PASSES + 4, `${kind} has its turn at ${turns.join()}`)
  }
})

t.test('a dear unmasking step is followed by decode steps worth as much', async (t) => {
  const chosen = choices(['unmask', 'decode'], 44, (kind) => kind === 'unmask' ? 10 : 1)
  t.equal(chosen.filter((kind) => kind === 'unmask').length, 4)
})

t.test('a flow that was idle cannot claim the time in which it had no work', async (t) => {
  const policy = new StepPolicy()
  choices(['unmask'], 50, () => 10, policy)
  const chosen = choices(['unmask', 'decode'], 20, () => 10, policy)
  t.equal(chosen.filter((kind) => kind === 'unmask').length, 10)
})
