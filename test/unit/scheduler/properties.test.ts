import t from 'tap'
import { MAX_FLOW_PASSES, MAX_KIND_PASSES } from '../../../src/scheduler/policy.js'
import { flowOf, KINDS, type Flow } from '../../../src/scheduler/step.js'
import { type Happening, Simulation, TIGHT } from '../../support/scheduler-simulation.js'

const SEEDS = Array.from({ length: 40 }, (_, seed) => seed)
const STEPS = 300
const FLOWS: readonly Flow[] = ['generate', 'understand']

/** A world in which requests keep coming and going; afterwards it is let run empty. */
function live (seed: number): Simulation {
  const world = new Simulation(seed)
  for (let step = 0; step < STEPS; step++) {
    for (let arrivals = world.between(0, 2); arrivals > 0; arrivals--) world.arrive()
    if (world.random() < 0.1) world.giveUp()
    world.step()
  }
  return world
}

t.test('in any world the state stays sound, slots hold what the scheduler believes, and everything ends', async (t) => {
  for (const seed of SEEDS) {
    const world = new Simulation(seed)
    const problems: string[] = []
    for (let step = 0; step < STEPS; step++) {
      for (let arrivals = world.between(0, 2); arrivals > 0; arrivals--) world.arrive()
      if (world.random() < 0.1) world.giveUp()
      world.step()
      problems.push(...world.violations)
    }
    for (let left = 20_000; left > 0 && world.step(); left--) problems.push(...world.violations)
    t.same(problems, [], `seed ${seed}: no invariant is broken`)
    t.equal(world.lives.size, 0, `seed ${seed}: nothing is left undone`)
    t.same({ waiting: world.scheduler.waiting, running: world.scheduler.running }, { waiting: 0, running: [] })
    t.equal(world.scheduler.use.decode.used, 0)
    t.equal(world.scheduler.use.prompt.used, 0)
    t.ok(world.scheduler.use.pictureBytes <= TIGHT.pictureCacheBytes)
  }
})

t.test('within a flow sequences begin in the order in which they arrived', async (t) => {
  for (const seed of SEEDS) {
    const { began } = live(seed)
    for (const flow of FLOWS) {
      const arrivals = began.filter((begun) => begun.flow === flow).map(({ arrived }) => arrived)
      t.same(arrivals, [...arrivals].sort((a, b) => a - b), `seed ${seed}, ${flow}`)
    }
  }
})

t.test('a sequence that runs is served within a bounded number of steps of its flow', async (t) => {
  // Every kind has its turn within MAX_KIND_PASSES steps and one for each other kind that is overdue as well; a kind with more rows than a step takes needs several turns,
  // and a step that is rolled back is another one.
  const bound = (flow: Flow, rows: number): number => (MAX_KIND_PASSES + KINDS[flow].length) * Math.ceil(rows / 2) * 4
  const limits: Record<Flow, number> = { generate: bound('generate', TIGHT.rowLimits.unmask), understand: bound('understand', TIGHT.decodeSlots) }
  for (const seed of SEEDS) {
    const { longestWait } = live(seed)
    for (const flow of FLOWS) t.ok(longestWait[flow] <= limits[flow], `seed ${seed}, ${flow}: ${longestWait[flow]} of ${limits[flow]}`)
  }
})

t.test('while both flows have work each gets half of the time, to within one step', async (t) => {
  for (const seed of SEEDS.slice(0, 10)) {
    const world = new Simulation(seed)
    const cost = { generate: world.between(5, 50), understand: world.between(1, 5) }
    for (let step = 0; step < 400; step++) {
      world.arrive()
      world.step(({ kind }) => cost[flowOf(kind)], 0)
    }
    for (const stretch of contended(world.happenings)) {
      const spent = { generate: 0, understand: 0 }
      for (const { step, costMs } of stretch) spent[flowOf(step.kind)] += costMs
      t.ok(Math.abs(spent.generate - spent.understand) <= 2 * Math.max(cost.generate, cost.understand), `seed ${seed}: ${spent.generate} ms and ${spent.understand} ms`)
    }
  }
})

t.test('a flow with work is never passed over for more than its bound of steps, however cheap the other is', async (t) => {
  const world = new Simulation(1)
  for (let step = 0; step < 1500; step++) {
    world.arrive()
    world.step(({ kind }) => flowOf(kind) === 'generate' ? 1e9 : 1e-3, 0)
  }
  const longest = longestPass(world.happenings, 'generate')
  t.ok(longest <= MAX_FLOW_PASSES, `${longest} steps in a row`)
  t.equal(longest, MAX_FLOW_PASSES, 'the bound is what ends it here')
})

/** Stretches in which both flows had work at every step. */
function contended (happenings: readonly Happening[]): Happening[][] {
  const stretches: Happening[][] = [[]]
  for (const happening of happenings) {
    if (happening.readyFlows.size === 2) stretches.at(-1)?.push(happening)
    else stretches.push([])
  }
  return stretches
}

function longestPass (happenings: readonly Happening[], flow: Flow): number {
  let [longest, present] = [0, 0]
  for (const { step, readyFlows } of happenings) {
    present = readyFlows.has(flow) && flowOf(step.kind) !== flow ? present + 1 : 0
    longest = Math.max(longest, present)
  }
  return longest
}
