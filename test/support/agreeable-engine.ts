import type { EngineEvent, EngineUsage, Work } from '../../src/engine/protocol.js'
import { ScriptedEngine } from './scripted-engine.js'
import { TOY_MANIFEST } from './toy-manifest.js'

const USAGE: EngineUsage = { promptTokens: 12, imageTokens: 16, completionTokens: 2, cachedTokens: 0, forwardPasses: 8, activated: { min: 10, max: 20, mean: 15, total: 100 }, touched: { min: 30, max: 40, mean: 35 }, timings: { queueMs: 0, totalMs: 1 } }

/** An engine that answers whatever is asked at once: for tests of how answers are shaped, whose requests a toy model would not take. */
export function agreeableEngine (): ScriptedEngine {
  return new ScriptedEngine(async function * (work: Work): AsyncGenerator<EngineEvent> {
    yield { type: 'started', queueMs: 0 }
    if (work.kind === 'generate') yield { type: 'image', rgb: new Uint8Array(3 * 16), size: 4, codeIds: new Int32Array(16) }
    else if (work.kind !== 'understand') yield work.kind === 'encode' ? { type: 'codes', codeIds: new Int32Array(16) } : { type: 'image', rgb: new Uint8Array(3 * 16), size: 4, codeIds: work.codeIds }
    else if (work.choices !== undefined) yield { type: 'choices', logprobs: work.choices.map((_, index) => -1 - index) }
    else for (const tokenId of [66, 67]) yield { type: 'token', tokenId, logprob: -1 }
    yield { type: 'finished', finishReason: 'stop', usage: USAGE, face: { found: true, score: 0.9 } }
  })
}

/** The toy's manifest with room for sentences. */
export const ROOMY_MANIFEST: typeof TOY_MANIFEST = {
  ...TOY_MANIFEST,
  sizes: { ...TOY_MANIFEST.sizes, slot_capacity: 500, prompt_capacity: 120 },
  limits: { ...TOY_MANIFEST.limits, max_prompt_tokens: 100, max_question_tokens: 100, max_tokens: 100 }
}
