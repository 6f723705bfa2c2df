import t from 'tap'
import type { DecodeRow, PictureRow, StepPlan, TextRow, TextSampling, UnmaskRow } from '../../../src/engine/executor.js'
import { pixelLimits } from '../../../src/engine/check-pixels.js'
import { checkPlan, type PlanLimits } from '../../../src/engine/ort/check-plan.js'
import { TOY_MANIFEST } from '../../support/toy-manifest.js'
import { TOY_SIZES } from '../../support/toy-executor.js'

const LIMITS: PlanLimits = { sizes: TOY_SIZES, promptSlots: 3, decodeSlots: 2, jointVocabulary: 90, clipWidth: 5, faceWidth: 6, pixels: pixelLimits(TOY_MANIFEST.preprocessing) }
const { imageTokens: N, codebook: K, slotCapacity, promptCapacity, textVocabulary } = TOY_SIZES

const codes = (id: number, length = N): Int32Array => new Int32Array(length).fill(id)
const draws = new Float32Array(N).fill(0.5)
const sampling: TextSampling = { temperature: 1, topP: 1, uniform: 0.5, topLogprobs: 0 }

const prompt = (promptSlot: number, tokenIds: number[]): StepPlan => ({ phase: 'prefill', kind: 'prompt', rows: [{ promptSlot, tokenIds }] })
const picture = (changes: Partial<PictureRow>): StepPlan => ({ phase: 'prefill', kind: 'picture', rows: [{ codeIds: codes(0), clip: new Float32Array(5), face: new Float32Array(6), ...changes }] })
const text = (changes: Partial<TextRow>): StepPlan => ({ phase: 'prefill', kind: 'text', rows: [{ slot: 0, pastLength: 19, tokenIds: [1, 2], then: { want: 'nothing' }, ...changes }] })
const decode = (...rows: Partial<DecodeRow>[]): StepPlan => ({ phase: 'decode', rows: rows.map((changes) => ({ slot: 0, pastLength: 20, tokenId: 1, sampling, ...changes })) })
const unmask = (changes: Partial<UnmaskRow>): StepPlan => ({
  phase: 'unmask',
  rows: [{ codeIds: codes(K), noiseLevel: 1, promptSlot: 0, temperature: 1, tokenUniforms: draws, confidenceUniforms: draws, confidenceTemperature: 1, keepMasked: 0, ...changes }]
})
const drawn = (changes: Partial<TextSampling>): StepPlan => decode({ sampling: { ...sampling, ...changes } })
const square = new Uint8Array(3 * TOY_SIZES.imageSize ** 2)

t.test('plans within their limits are let through, at the limits too', (t) => {
  const good: StepPlan[] = [
    { phase: 'encode', rows: [{ pixels: { pictureEncoder: square, clip: square, face: square } }] },
    prompt(2, new Array<number>(promptCapacity).fill(89)),
    picture({ codeIds: codes(K - 1) }),
    text({ slot: 1, pastLength: slotCapacity - 2, then: { want: 'score', targetIds: [0, textVocabulary - 1] } }),
    text({ pastLength: 0, then: { want: 'sample', sampling } }),
    decode({ slot: 0, pastLength: slotCapacity - 1 }, { slot: 1 }),
    drawn({ temperature: 0, topP: 0.1, topLogprobs: 20, allowedTokenIds: [0] }),
    drawn({ allowed: new Uint8Array(textVocabulary).fill(1), bias: new Map([[0, -100]]) }),
    unmask({ keepMasked: N, guidance: { scale: -3, promptSlot: 2 } }),
    { phase: 'render', rows: [{ codeIds: codes(K - 1) }] }
  ]
  for (const plan of good) t.doesNotThrow(() => { checkPlan(plan, LIMITS) })
  t.end()
})

t.test('plans that break a rule of the seam are refused with the rule', (t) => {
  const bad: [StepPlan, RegExp][] = [
    [{ phase: 'render', rows: [] }, /phase render has no rows/],
    [{ phase: 'encode', rows: [{ pixels: { pictureEncoder: square, clip: square.slice(1), face: square } }] }, /clip has 47 bytes and the encoder takes 48/],
    [prompt(3, [1]), /prompt slot 3 is not below 3/],
    [prompt(-1, [1]), /prompt slot -1/],
    [prompt(0, []), /has 0 tokens/],
    [prompt(0, new Array<number>(promptCapacity + 1).fill(1)), /has 17 tokens and its slot takes 1 to 16/],
    [prompt(0, [90]), /token id 90 is not below 90/],
    [prompt(0, [1.5]), /token id 1.5/],
    [picture({ codeIds: codes(0, N - 1) }), /15 codes and the model's have 16/],
    [picture({ codeIds: codes(K) }), /code id 32 is not below 32/],
    [picture({ clip: new Float32Array(6) }), /picture embedding has the width 6/],
    [picture({ face: new Float32Array(5) }), /face embedding has the width 5/],
    [text({ slot: 2 }), /decode slot 2 is not below 2/],
    [text({ tokenIds: [] }), /0 tokens behind 19/],
    [text({ pastLength: slotCapacity - 1 }), /2 tokens behind 63 do not fit a slot of 64/],
    [text({ tokenIds: [90, 1] }), /token id 90/],
    [text({ then: { want: 'score', targetIds: [1] } }), /1 tokens are to be scored after 2/],
    [text({ then: { want: 'score', targetIds: [1, textVocabulary] } }), /token id 50 is not below 50/],
    [decode({ slot: 1 }, { slot: 0 }), /slot 0 is no neighbour of 1/],
    [decode({ slot: 0 }, { slot: 0 }), /no neighbour/],
    [decode({ pastLength: slotCapacity }), /past length 64/],
    [drawn({ topP: 0 }), /top-p 0/],
    [drawn({ temperature: NaN }), /temperature NaN/],
    [drawn({ uniform: 2 }), /with 2/],
    [drawn({ topLogprobs: 21 }), /at most 20/],
    [drawn({ allowedTokenIds: [] }), /no token is allowed/],
    [drawn({ allowedTokenIds: [textVocabulary] }), /token id 50/],
    [drawn({ bias: new Map([[textVocabulary, 1]]) }), /token id 50/],
    [drawn({ allowed: new Uint8Array(textVocabulary - 1).fill(1) }), /49 tokens and there are 50/],
    [drawn({ allowed: new Uint8Array(textVocabulary) }), /no token is allowed/],
    [unmask({ codeIds: codes(K + 1) }), /code id 33 is not below 33/],
    [unmask({ guidance: { scale: 2, promptSlot: 3 } }), /prompt slot 3/],
    [unmask({ tokenUniforms: draws.slice(1) }), /other than 16 random numbers/],
    [unmask({ noiseLevel: 1.1 }), /noise level is 1.1/],
    [unmask({ confidenceTemperature: -1 }), /confidence temperature -1/],
    [unmask({ keepMasked: N + 1 }), /number of codes that stay masked 17 is not below 17/],
    [{ phase: 'render', rows: [{ codeIds: codes(K) }] }, /code id 32/]
  ]
  for (const [plan, message] of bad) t.throws(() => { checkPlan(plan, LIMITS) }, { code: 'runtime_misused', message })
  t.end()
})
