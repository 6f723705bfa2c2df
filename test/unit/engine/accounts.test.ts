import t from 'tap'
import type { EngineStats, EngineUsage, RoutingDump, TaskName } from '../../../src/engine/protocol.js'
import { pictureWork, textWork } from '../../support/engine-works.js'
import { routingSums } from '../../support/routing-sums.js'
import { createToyEngine, TOY_MODEL } from '../../support/toy-engine.js'
import { TOY_SIZES } from '../../support/toy-executor.js'

/** The formula of docs/parameters.md written down once more, for one pass. */
function recompute ({ group, tokens, tokenExperts, sequenceExperts = [] }: RoutingDump): { activated: number, touched: number } {
  const { dense, routedExpert, sequenceExpert } = TOY_MODEL.costs
  const choices = tokenExperts.flat().reduce((sum, count) => sum + count, 0)
  const distinct = tokenExperts.flat().filter((count) => count > 0).length
  const sequence = sequenceExperts.map((layer) => layer.reduce((sum, isChosen, expert) => sum + isChosen * (sequenceExpert[group][expert] ?? 0), 0)).reduce((sum, layer) => sum + layer, 0)
  return { activated: dense[group] + routedExpert * choices / tokens + sequence, touched: dense[group] + routedExpert * distinct + sequence }
}

async function run (): Promise<{ passes: RoutingDump[], usages: Map<string, EngineUsage>, stats: EngineStats }> {
  const engine = createToyEngine({ routingDump: 'every-pass' })
  const works = { picture: pictureWork(), text: textWork(), choices: textWork({ task: 'answer', choices: [[30, 1], [31, 32, 1]], seed: 3n }) }
  const usages = new Map<string, EngineUsage>()
  await Promise.all(Object.entries(works).map(async ([id, work]) => {
    const last = (await engine.start(id, work).ended).at(-1)
    if (last?.type === 'finished') usages.set(id, last.usage)
  }))
  await engine.core.drain()
  const stats = engine.core.takeStats()
  if (stats === undefined) throw new Error('nothing was counted')
  return { passes: engine.passes, usages, stats }
}

t.test('the parameters of an answer are those of its own passes', async (t) => {
  const { passes, usages } = await run()
  for (const id of ['picture', 'text', 'choices']) {
    const own = passes.filter((pass) => pass.id === id).map(recompute)
    const activated = own.map((pass) => pass.activated)
    const touched = own.map((pass) => pass.touched)
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
    t.match(usages.get(id), {
      forwardPasses: own.length,
      activated: { min: Math.min(...activated), max: Math.max(...activated), mean: mean(activated), total: TOY_MODEL.costs.total },
      touched: { min: Math.min(...touched), max: Math.max(...touched), mean: mean(touched) }
    }, id)
  }
})

t.test('who asks is told the experts of its own passes by layer, and nobody else is', async (t) => {
  const engine = createToyEngine({ routingDump: 'every-pass' })
  const asked = { picture: pictureWork({ experts: 'by-layer' }), text: textWork({ experts: 'by-layer' }), again: textWork({ experts: 'by-layer', seed: 5n }), choices: textWork({ task: 'answer', choices: [[30, 1], [31, 32, 1]], seed: 3n, experts: 'by-layer' }) }
  const usages = await Promise.all(Object.entries({ ...asked, silent: textWork({ seed: 9n }) }).map(async ([id, work]) => {
    const last = (await engine.start(id, work).ended).at(-1)
    return { id, usage: last?.type === 'finished' ? last.usage : undefined }
  }))
  await engine.core.drain()
  for (const { id, usage } of usages) {
    const own = engine.passes.filter((pass) => pass.id === id)
    t.ok(own.length > 1, id)
    if (id === 'silent') t.notOk(usage !== undefined && 'experts' in usage)
    else t.same(usage?.experts, routingSums(own), id)
  }
})

t.test('every token of every pass chose its routed experts in every layer', async (t) => {
  const { passes } = await run()
  t.ok(passes.length > 15)
  for (const { tokenExperts, tokens } of passes) {
    t.same(tokenExperts.map((layer) => layer.reduce((sum, count) => sum + count, 0)), new Array(TOY_SIZES.layers).fill(2 * tokens))
  }
})

t.test('only passes over a picture choose sequence-level experts', async (t) => {
  const { passes } = await run()
  for (const { phase, tokens, sequenceExperts } of passes) {
    const hasPicture = phase === 'unmask' || (phase === 'prefill' && tokens === TOY_SIZES.picturePrefixLength)
    t.equal(sequenceExperts !== undefined, hasPicture, `${phase} of ${tokens} tokens`)
  }
})

t.test('the counters for the metrics are sums over the same passes', async (t) => {
  const { passes, stats } = await run()
  const selected = new Map<string, number>()
  for (const { task, tokenExperts, sequenceExperts } of passes) {
    addAll(selected, 'token', task, tokenExperts)
    addAll(selected, 'sequence', task, sequenceExperts ?? [])
  }
  const counted = new Map(stats.expertSelections.map(({ level, task, layer, expert, count }) => [`${level} ${task} ${layer} ${expert}`, count]))
  t.same(counted, selected)
  const histogram = stats.activated.reduce((sum, { parameters, passes: times }) => sum + parameters * times, 0)
  const components = stats.activatedTotals.reduce((sum, { parameters }) => sum + parameters, 0)
  const total = passes.map(recompute).reduce((sum, { activated }) => sum + activated, 0)
  t.equal(histogram, total)
  t.equal(components, total, 'the components add up to the whole')
})

t.test('steps are counted with their model rows', async (t) => {
  const { stats } = await run()
  const unmask = stats.steps.filter(({ phase }) => phase === 'unmask')
  t.same(unmask.map(({ rows }) => rows), new Array(6).fill(2))
  t.ok(stats.steps.every(({ durationMs }) => durationMs > 0))
})

t.test('nothing is reported when nothing has happened since the last report', async (t) => {
  const { core, start } = createToyEngine()
  await start('p', pictureWork()).ended
  await core.drain()
  t.ok(core.takeStats())
  t.equal(core.takeStats(), undefined)
})

function addAll (sums: Map<string, number>, level: 'token' | 'sequence', task: TaskName, layers: number[][]): void {
  for (const [layer, experts] of layers.entries()) {
    for (const [expert, count] of experts.entries()) {
      const name = `${level} ${task} ${layer} ${expert}`
      if (count > 0) sums.set(name, (sums.get(name) ?? 0) + count)
    }
  }
}
