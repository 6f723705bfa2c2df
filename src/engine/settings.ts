import type { SchedulerOptions } from '../scheduler/options.js'
import type { EngineSettings } from './protocol.js'

/** What a server decides about its engine; the rest has one good value. */
export type EngineChoices = Pick<EngineSettings, 'modelFolder' | 'executionProvider' | 'logLevel'> & Partial<EngineSettings>

/** Pictures whose codes and embeddings are kept: a few kilobytes each. */
const KEPT_ENCODINGS = 512

/**
 * The settings of an engine.
 *
 * The row limits are where a CPU of a few cores has no more throughput to gain from wider steps, and each row more makes everybody's step longer.
 */
export function engineSettings (choices: EngineChoices): EngineSettings {
  return {
    threads: 0,
    rowLimits: { encode: 4, prefill: 8, decode: 16, unmask: 8, render: 4 },
    decodeSlots: 16,
    promptSlots: 32,
    prefillTokens: 256,
    generateShare: 0.5,
    pictureCacheBytes: 64 * 1024 * 1024,
    queue: { maxSequences: 512, maxWorkUnits: 32_768 },
    routingDump: 'off',
    invariants: 'off',
    ...choices
  }
}

/** @throws Error when no work could ever run with them */
export function schedulerOptions ({ rowLimits, promptSlots, decodeSlots, prefillTokens, generateShare, pictureCacheBytes, queue }: EngineSettings): SchedulerOptions {
  const { prefill, ...rows } = rowLimits
  const tooFew = [
    ...Object.entries({ ...rowLimits, decodeSlots }).filter(([, count]) => count < 1).map(([name]) => `${name} must be at least 1`),
    ...(generateShare > 0 && generateShare < 1 ? [] : ['generateShare must be between 0 and 1']),
    ...(rowLimits.unmask < 2 ? ['unmask must be at least 2: a guided picture is two rows'] : []),
    // One holds the unconditional prefix, two are for a picture with a negative prompt.
    ...(promptSlots < 3 ? ['promptSlots must be at least 3'] : [])
  ]
  if (tooFew.length > 0) throw new Error(`the engine cannot work with these settings: ${tooFew.join('; ')}`)
  return { rowLimits: { ...rows, original: rows.encode, codes: rows.encode, prompt: prefill, picture: prefill, text: prefill }, prefillTokens, promptSlots, decodeSlots, pictureCacheBytes, encodings: KEPT_ENCODINGS, queue, flowShares: { generate: generateShare, understand: 1 - generateShare } }
}
