/** The server's core over ONNX Runtime does on the debug model what the training code does in PyTorch: the same codes after every step, the same tokens, the same experts. */
import t from 'tap'
import type { EncodeResult } from '../../src/engine/executor.js'
import type { EngineEvent } from '../../src/engine/protocol.js'
import { createDebugExecutor } from '../support/debug-model.js'
import { debugInput } from '../support/debug-works.js'
import { golden, type GoldenPicture, type GoldenTrajectory } from '../support/golden.js'
import { createOrtEngine } from '../support/ort-engine.js'
import { idsOf } from '../support/toy-engine.js'
import { watchExecutor } from '../support/watched-executor.js'

/** Float32 sums in another order; PyTorch and ONNX Runtime agree to 5e-6 on the logits. */
const LOGPROB_TOLERANCE = 2e-5

function encodingOf ({ code_ids: codeIds, clip, face }: GoldenPicture): EncodeResult {
  return { codeIds: Int32Array.from(codeIds), clip: Float32Array.from(clip), face: Float32Array.from(face), finding: { score: 1, found: true } }
}

for (const trajectory of golden('unmask')) {
  t.test(`a picture is unmasked as in training: ${trajectory.name}`, async (t) => {
    const afterSteps: number[][] = []
    const { start } = await createOrtEngine(t, {
      wrap: (executor) => watchExecutor(executor, { onUnmasked: (rows) => { afterSteps.push(...rows.map(({ nextCodeIds }) => [...nextCodeIds])) } })
    })
    const events = await start('p', workOf(trajectory)).ended
    t.same(afterSteps, trajectory.code_ids_after_step)
    t.same(idsOf(events), trajectory.code_ids_after_step.at(-1))
  })
}

function workOf (trajectory: GoldenTrajectory) {
  return {
    kind: 'generate' as const,
    promptTokenIds: trajectory.prompt_token_ids,
    negativeTokenIds: trajectory.negative_token_ids,
    seed: BigInt(trajectory.seed),
    row: trajectory.row,
    numInferenceSteps: trajectory.num_inference_steps,
    guidanceScale: trajectory.guidance_scale,
    temperature: trajectory.temperature,
    confidenceTemperature: trajectory.confidence_temperature,
    given: { codeIds: Int32Array.from(trajectory.initial_code_ids) }
  }
}

t.test('texts are written as in training, all of them at once', async (t) => {
  const texts = golden('text')
  const [first] = texts
  if (first === undefined) throw new Error('there is no golden text')
  const { start, manifest } = await createOrtEngine(t, { wrap: (executor) => watchExecutor(executor, { encoding: encodingOf(first) }) })
  await Promise.all(texts.map(async ({ name, text_token_ids: textTokenIds, max_tokens: maxTokens, temperature, top_p: topP, seed, row, token_ids: tokenIds, logprobs }) => {
    const events = await start(name, { kind: 'understand', task: 'caption', picture: debugInput(manifest, 1), textTokenIds, maxTokens, temperature, topP, seed: BigInt(seed), row, topLogprobs: 0 }).ended
    t.same(idsOf(events), tokenIds, name)
    const written = events.filter((event): event is Extract<EngineEvent, { type: 'token' }> => event.type === 'token')
    const differences = written.map(({ logprob }, index) => Math.abs(logprob - (logprobs[index] ?? NaN)))
    t.ok(Math.max(...differences) < LOGPROB_TOLERANCE, `${name}: log-probabilities differ by ${Math.max(...differences)}`)
  }))
})

t.test('passes choose the experts that they choose in training', async (t) => {
  const { executor, manifest: { sizes } } = await createDebugExecutor(t)
  const expected = golden('routing')
  const byLayer = (counts: Int32Array | undefined, width: number): number[][] => Array.from({ length: sizes.layers }, (_, layer) => [...(counts ?? []).slice(layer * width, (layer + 1) * width)])
  const { rows: [prompt] } = await executor.execute({ phase: 'prefill', kind: 'prompt', rows: [{ promptSlot: 0, tokenIds: expected.prompt.token_ids }] })
  t.same(byLayer(prompt?.routing.tokenExperts, sizes.routed_experts), expected.prompt.token_experts)
  const draws = new Float32Array(sizes.image_tokens).fill(0.5)
  const codeIds = Int32Array.from(expected.unmask.code_ids)
  const { rows: [unmask] } = await executor.execute({
    phase: 'unmask',
    rows: [{ codeIds, noiseLevel: expected.unmask.noise_level, promptSlot: 0, temperature: 1, tokenUniforms: draws, confidenceUniforms: draws, confidenceTemperature: 1, keepMasked: 0 }]
  })
  t.same(byLayer(unmask?.routing[0]?.tokenExperts, sizes.routed_experts), expected.unmask.token_experts)
  t.same(byLayer(unmask?.routing[0]?.sequenceExperts, sizes.sequence_experts), expected.unmask.sequence_experts)
  const { rows: [picture] } = await executor.execute({ phase: 'prefill', kind: 'picture', rows: [encodingOf(expected.picture)] })
  if (picture === undefined) throw new Error('no picture was read')
  t.same(byLayer(picture.routing.tokenExperts, sizes.routed_experts), expected.picture.token_experts)
  t.same(byLayer(picture.routing.sequenceExperts, sizes.sequence_experts), expected.picture.sequence_experts)
  executor.loadPicture(0, picture.prefix)
  const { rows: [text] } = await executor.execute({ phase: 'prefill', kind: 'text', rows: [{ slot: 0, pastLength: sizes.picture_prefix_length, tokenIds: expected.language.token_ids, then: { want: 'nothing' } }] })
  t.same(byLayer(text?.routing.tokenExperts, sizes.routed_experts), expected.language.token_experts)
})
