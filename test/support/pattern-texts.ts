import type { ByteGrammar, BytePattern } from '../../src/common/byte-pattern.js'
import { ByteAutomaton } from '../../src/sampling/byte-automaton.js'

/** Whether a text is one of a pattern's. */
export function accepts (grammar: ByteGrammar | BytePattern, text: string): boolean {
  const automaton = new ByteAutomaton('root' in grammar ? grammar : { root: grammar, rules: {} })
  let place: ReturnType<ByteAutomaton['step']> = automaton.start()
  for (const byte of new TextEncoder().encode(text)) {
    if (place === null || 'ways' in place) return false
    place = automaton.step(place, byte)
  }
  return place !== null && !('ways' in place) && place.mayEnd
}
