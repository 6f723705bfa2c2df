import { codedError, type CodedError } from '../common/errors.js'
import type { NextTokens } from '../sampling/constraint.js'

/** Why a constrained text cannot go on; undefined where it can. */
export function errorOf (next: NextTokens): CodedError | undefined {
  switch (next.outcome) {
    case 'stuck': return codedError('pattern_not_spellable', [])
    case 'too-many-ways': return codedError('pattern_too_ambiguous', [next.ways])
    case 'some':
    case 'end': return undefined
  }
}
