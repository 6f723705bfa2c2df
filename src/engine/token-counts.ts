import type { ExecutorSizes } from './executor.js'
import { CodecSequence, PictureSequence, type Sequence } from './sequence.js'
import type { UsageMeter } from './usage.js'

type TokenCounts = Parameters<UsageMeter['summary']>[0]

/** What a sequence read, made and wrote, for its account. Through the codec pixels become so many tokens, or so many tokens pixels. */
export function tokenCounts (sequence: Sequence, { imageTokens, picturePrefixLength }: Pick<ExecutorSizes, 'imageTokens' | 'picturePrefixLength'>): TokenCounts {
  const { promptTokens } = sequence
  if (sequence instanceof CodecSequence) {
    const isEncoded = sequence.work.kind === 'encode'
    return { promptTokens, imageTokens: isEncoded ? imageTokens : 0, completionTokens: 0, prefixTokens: 0, ...(isEncoded ? {} : { originalTokens: imageTokens }) }
  }
  if (sequence instanceof PictureSequence) {
    const { initiallyMasked, original } = sequence
    return { promptTokens, imageTokens: initiallyMasked, completionTokens: 0, prefixTokens: promptTokens, ...(original === undefined ? {} : { originalTokens: imageTokens }) }
  }
  return { promptTokens, imageTokens: picturePrefixLength, completionTokens: sequence.tokenCount, prefixTokens: picturePrefixLength }
}
