import t from 'tap'
import { uniforms } from '../../../src/common/rng.js'
import type { Share } from '../../../src/scheduler/fair-share.js'
import { MAX_FLOW_PASSES } from '../../../src/scheduler/policy.js'
import { Scheduler } from '../../../src/scheduler/scheduler.js'
import { flowOf, type Flow, type Submission } from '../../../src/scheduler/step.js'
import { WaitingQueue } from '../../../src/scheduler/waiting-queue.js'
import { TIGHT } from '../../support/scheduler-simulation.js'

const SEEDS = Array.from({ length: 40 }, (_, seed) => seed)
const BOTH = { generate: true, understand: true }

/** A queue in which work comes and begins; everything follows from the seed. */
class World {
  readonly queue = new WaitingQueue({ maxSequences: 10_000, maxWorkUnits: 1e9 })
  /** What began, with the work that each holder had done before it. */
  readonly began: Submission[] = []
  readonly #seed: bigint
  #draws = 0
  #arrivals = 0

  constructor (seed: number) {
    this.#seed = BigInt(seed)
  }

  between (low: number, high: number): number {
    const [draw = 0] = uniforms({ seed: this.#seed, stream: 0, step: this.#draws++, row: 0 }, 1)
    return low + Math.floor(draw * (high - low + 1))
  }

  arrive (share: Share, changes: Partial<Submission> = {}): string {
    const id = `s${this.#arrivals++}`
    this.queue.admit({ id, demand: { flow: 'generate', prompts: ['p'] }, workUnits: this.between(1, 40), arrivedAt: this.#arrivals, isAlone: false, share, ...changes })
    return id
  }

  begin (): Submission | undefined {
    const next = this.queue.next(BOTH)
    if (next === undefined) return undefined
    this.queue.begin(next.id)
    this.began.push(next)
    return next
  }
}

/** Work that a holder had done, over its weight. */
function served (began: readonly Submission[], { name, weight }: Share): number {
  return began.filter(({ share }) => share?.name === name).reduce((sum, { workUnits }) => sum + workUnits, 0) / weight
}

const largest = (began: readonly Submission[], { name, weight }: Share): number =>
  Math.max(0, ...began.filter(({ share }) => share?.name === name).map(({ workUnits }) => workUnits)) / weight

t.test('in any stretch in which two holders have work waiting, what they get over their weights differs by at most one piece of work of each', async (t) => {
  for (const seed of SEEDS) {
    const world = new World(seed)
    const holders: Share[] = ['a', 'b', 'c'].map((name) => ({ name, weight: world.between(1, 8) / 2 }))
    for (const holder of holders) for (let count = 0; count < 400; count++) world.arrive(holder)
    const total = (): number => world.began.length
    while (holders.every(({ name }) => world.queue.inOrder.some(({ share }) => share?.name === name))) world.begin()
    const problems: string[] = []
    for (let trial = 0; trial < 200; trial++) {
      const from = world.between(0, total() - 1)
      const stretch = world.began.slice(from, world.between(from, total()))
      for (const one of holders) {
        for (const other of holders) {
          const gap = Math.abs(served(stretch, one) - served(stretch, other))
          if (gap > largest(world.began, one) + largest(world.began, other) + 1e-9) problems.push(`seed ${seed}: ${one.name} and ${other.name} are ${gap} apart`)
        }
      }
    }
    t.same(problems, [])
    t.ok(total() > 100, 'there was something to share')
  }
})

t.test('whoever comes to a queue that others have filled begins after at most one piece of work of each of them', async (t) => {
  for (const seed of SEEDS) {
    const world = new World(seed)
    const flooding: Share[] = ['x', 'y', 'z'].map((name) => ({ name, weight: 1 }))
    for (const holder of flooding) for (let count = 0; count < 100; count++) world.arrive(holder)
    for (let count = world.between(0, 50); count > 0; count--) world.begin()
    const id = world.arrive({ name: 'newcomer', weight: 1 })
    let before = 0
    while (world.begin()?.id !== id) before++
    t.ok(before <= 2 * flooding.length, `seed ${seed}: ${before} went first`)
  }
})

t.test('who was away cannot claim the time in which it asked for nothing', async (t) => {
  const world = new World(1)
  const [busy, away] = [{ name: 'busy', weight: 1 }, { name: 'away', weight: 1 }]
  for (let count = 0; count < 200; count++) world.arrive(busy, { workUnits: 10 })
  for (let count = 0; count < 100; count++) world.begin()
  for (let count = 0; count < 50; count++) world.arrive(away, { workUnits: 10 })
  const later = Array.from({ length: 20 }, () => world.begin()?.share?.name)
  t.ok(Math.abs(later.filter((name) => name === 'away').length - 10) <= 1, later.join())
})

t.test('weights decide: four times the weight is four times the work', async (t) => {
  for (const [weight, expected] of [[1, 50], [4, 80], [0.25, 20]] as const) {
    const world = new World(1)
    for (let count = 0; count < 100; count++) for (const share of [{ name: 'a', weight }, { name: 'b', weight: 1 }]) world.arrive(share, { workUnits: 10 })
    for (let count = 0; count < 100; count++) world.begin()
    const own = world.began.filter(({ share }) => share?.name === 'a').length
    t.ok(Math.abs(own - expected) <= 2, `${own} of 100 at weight ${weight}`)
  }
})

t.test('background work stands behind everybody who came before it stands in line, and begins although normal work keeps coming', async (t) => {
  const world = new World(1)
  const [a, b] = [{ name: 'a', weight: 1 }, { name: 'b', weight: 1 }]
  const background = world.arrive(b, { priority: 'background', arrivedAt: 30 })
  for (let count = 0; count < 60; count++) world.arrive(a, { arrivedAt: count })
  const order = Array.from({ length: 61 }, () => world.begin()?.id)
  t.equal(order.indexOf(background), 30, 'behind those of the moments 0 to 29, in front of the later ones')
  for (const seed of SEEDS) {
    const flood = new World(seed)
    const id = flood.arrive(b, { priority: 'background', arrivedAt: 10 })
    let begins = 0
    for (let step = 0; step < 1000 && flood.queue.inOrder.some((each) => each.id === id); step++) {
      flood.arrive(a, { arrivedAt: step })
      flood.begin()
      begins++
    }
    t.ok(begins < 30, `seed ${seed}: after ${begins}`)
  }
})

t.test('what must be alone is passed by nobody who came later, however small its holder\'s share is', async (t) => {
  const world = new World(1)
  world.arrive({ name: 'a', weight: 0.01 })
  const alone = world.arrive({ name: 'a', weight: 0.01 }, { isAlone: true })
  for (let count = 0; count < 5; count++) world.arrive({ name: 'b', weight: 100 })
  const first = world.begin()
  t.equal(first?.id, 's0')
  t.equal(world.begin()?.id, alone)
})

t.test('the parts of the two flows are those that were set, to within one step of each', async (t) => {
  for (const [generate, understand] of [[1, 1], [3, 1], [0.2, 0.8]] as const) {
    const scheduler = new Scheduler({ ...TIGHT, flowShares: { generate, understand } })
    const spent: Record<Flow, number> = { generate: 0, understand: 0 }
    scheduler.submit({ id: 'g', demand: { flow: 'generate', prompts: ['p'] }, workUnits: 1, arrivedAt: 0, isAlone: false })
    scheduler.submit({ id: 'u', demand: { flow: 'understand', picture: 'x', textTokens: 1, writes: 'text' }, workUnits: 1, arrivedAt: 0, isAlone: false })
    for (let step = 0; step < 2000; step++) {
      const kind = scheduler.plan()?.kind ?? 'unmask'
      const costMs = flowOf(kind) === 'generate' ? 7 : 2
      spent[flowOf(kind)] += costMs
      scheduler.commit({ costMs, completed: new Set(), previews: new Set(), prefixBytes: 1 })
    }
    t.ok(Math.abs(spent.generate / generate - spent.understand / understand) <= 7 / generate + 2 / understand, `${spent.generate} and ${spent.understand} ms`)
  }
})

t.test('however small its part is, a flow with work is not passed over for more than its bound of steps', async (t) => {
  const scheduler = new Scheduler({ ...TIGHT, flowShares: { generate: 1e-6, understand: 1 } })
  scheduler.submit({ id: 'g', demand: { flow: 'generate', prompts: ['p'] }, workUnits: 1, arrivedAt: 0, isAlone: false })
  scheduler.submit({ id: 'u', demand: { flow: 'understand', picture: 'x', textTokens: 1, writes: 'text' }, workUnits: 1, arrivedAt: 0, isAlone: false })
  let [longest, present] = [0, 0]
  for (let step = 0; step < 500; step++) {
    present = flowOf(scheduler.plan()?.kind ?? 'unmask') === 'generate' ? 0 : present + 1
    longest = Math.max(longest, present)
    scheduler.commit({ costMs: 1, completed: new Set(), previews: new Set(), prefixBytes: 1 })
  }
  t.equal(longest, MAX_FLOW_PASSES)
})
