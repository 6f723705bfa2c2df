/** What an answer says of its parameters is what the model's own routing in its own passes adds up to (docs/parameters.md). */
import t, { type Test } from 'tap'
import type { Manifest } from '../../src/artifacts/manifest.js'
import type { EngineUsage, RoutingDump } from '../../src/engine/protocol.js'
import { debugInput, debugPicture, debugText } from '../support/debug-works.js'
import { createOrtEngine, type OrtEngine } from '../support/ort-engine.js'
import { routingSums } from '../support/routing-sums.js'

/** The formula written down once more, from the manifest. */
function recompute ({ parameters }: Manifest, { group, tokens, tokenExperts, sequenceExperts = [] }: RoutingDump): { activated: number, touched: number } {
  const perLayer = parameters.sequence_expert[group]
  const choices = tokenExperts.flat().reduce((sum, count) => sum + count, 0)
  const distinct = tokenExperts.flat().filter((count) => count > 0).length
  const sequence = sequenceExperts.flat().reduce((sum, isChosen, index) => sum + isChosen * (perLayer[index % perLayer.length] ?? 0), 0)
  return {
    activated: parameters.dense[group] + parameters.routed_expert * choices / tokens + sequence,
    touched: parameters.dense[group] + parameters.routed_expert * distinct + sequence
  }
}

async function run (t: Test): Promise<OrtEngine & { usages: Map<string, EngineUsage> }> {
  const engine = await createOrtEngine(t, { settings: { routingDump: 'every-pass' } })
  const { manifest } = engine
  const works = {
    guided: debugPicture(manifest),
    plain: debugPicture(manifest, { guidanceScale: 1, seed: 2n }),
    text: debugText(manifest),
    detailed: debugText(manifest, { seed: 11n, experts: 'by-layer' }),
    detailedPicture: debugPicture(manifest, { seed: 12n, experts: 'by-layer' }),
    other: debugText(manifest, { picture: debugInput(manifest, 2), seed: 5n, maxTokens: 20 }),
    choices: debugText(manifest, { task: 'answer', choices: [[30, 1], [31, 32, 1]] })
  }
  const usages = new Map<string, EngineUsage>()
  await Promise.all(Object.entries(works).map(async ([id, work]) => {
    const last = (await engine.start(id, work).ended).at(-1)
    if (last?.type === 'finished') usages.set(id, last.usage)
  }))
  return { ...engine, usages }
}

t.test('the parameters of an answer are those of its own passes', async (t) => {
  const { passes, usages, manifest } = await run(t)
  t.equal(usages.size, 7)
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  for (const [id, usage] of usages) {
    const own = passes.filter((pass) => pass.id === id).map((pass) => recompute(manifest, pass))
    const [activated, touched] = [own.map((pass) => pass.activated), own.map((pass) => pass.touched)]
    t.match(usage, {
      forwardPasses: own.length,
      activated: { min: Math.min(...activated), max: Math.max(...activated), mean: mean(activated), total: manifest.parameters.total },
      touched: { min: Math.min(...touched), max: Math.max(...touched), mean: mean(touched) }
    }, id)
    t.ok(usage.touched.max <= manifest.parameters.total && usage.activated.min >= manifest.parameters.dense.generate)
  }
})

t.test('the experts of an answer, where they are asked for, are those of its own passes', async (t) => {
  const { passes, usages } = await run(t)
  for (const [id, { experts }] of usages) t.same(experts, id.startsWith('detailed') ? routingSums(passes.filter((pass) => pass.id === id)) : undefined, id)
})

t.test('every token chose its routed experts in every layer, every picture its sequence-level ones', async (t) => {
  const { passes, manifest: { sizes } } = await run(t)
  t.ok(passes.length > 40)
  const total = (counts: number[]): number => counts.reduce((sum, count) => sum + count, 0)
  for (const { tokens, tokenExperts, sequenceExperts, phase } of passes) {
    t.same(tokenExperts.map(total), new Array(sizes.layers).fill(sizes.routed_experts_per_token * tokens), `${phase} of ${tokens} tokens`)
    if (sequenceExperts !== undefined) t.same(sequenceExperts.map(total), new Array(sizes.layers).fill(sizes.sequence_experts_per_picture))
  }
  const patterns = new Set(passes.map(({ tokenExperts }) => JSON.stringify(tokenExperts)))
  t.ok(patterns.size > 20, 'passes choose differently')
})

t.test('passes over text alone touch no sequence-level expert', async (t) => {
  const { passes, manifest: { sizes } } = await run(t)
  for (const { phase, tokens, sequenceExperts } of passes) {
    const hasPicture = phase === 'unmask' || (phase === 'prefill' && tokens === sizes.picture_prefix_length)
    t.equal(sequenceExperts !== undefined, hasPicture, `${phase} of ${tokens} tokens`)
  }
})
