import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { ChoiceSchema } from '../../http/schemas/understanding.js'
import { DisclosureSchema, FaceSchema } from '../../http/schemas/common.js'
import type { Terminal } from '../terminal.js'

/** What an answer in words says besides them, whoever gave it. */
const RemarksSchema = Type.Object({
  finish_reason: Type.String(),
  face: Type.Optional(FaceSchema),
  disclosures: Type.Optional(Type.Array(DisclosureSchema)),
  choices: Type.Optional(Type.Array(ChoiceSchema))
})

/** Shows the text of an answer that came whole: its probabilities first, then the text, then the remarks on it. */
export function showText (text: unknown, answer: Readonly<Record<string, unknown>>, terminal: Terminal): void {
  for (const { text: choice, probability } of remarksOf(answer).choices ?? []) terminal.tell(`${(100 * probability).toFixed(1).padStart(5)} %  ${choice}`)
  terminal.answer(`${String(text)}\n`)
  tellRemarks(answer, terminal)
}

/** Tells what whoever reads an answer has to know of it. @throws Error for an answer that is none */
export function tellRemarks (answer: Readonly<Record<string, unknown>>, terminal: Terminal): void {
  const { finish_reason: reason, face, disclosures = [] } = remarksOf(answer)
  if (face?.found === false) terminal.tell('no face was found in the picture; the answer is about whatever is there')
  for (const { message } of disclosures) terminal.tell(message)
  if (reason === 'length') terminal.tell('the text ends where --max-tokens was reached')
}

function remarksOf (answer: Readonly<Record<string, unknown>>): Static<typeof RemarksSchema> {
  if (!Value.Check(RemarksSchema, answer)) throw new Error('the server answered without a finish_reason: it is another kind of server')
  return answer
}
