import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { AttributeSchema } from '../../http/schemas/attributes.js'
import { DisclosureSchema, FaceSchema } from '../../http/schemas/common.js'
import type { Terminal } from '../terminal.js'

const ShownSchema = Type.Object({ attributes: Type.Array(AttributeSchema), face: Type.Optional(FaceSchema), disclosures: Type.Optional(Type.Array(DisclosureSchema)) })

const REASONS = { uncertain: 'not sure', not_visible: 'not to be seen', policy: 'refused by the policy' }

/** Attributes as lines that read well: `hair colour: brown, 83 %`. @throws Error for an answer that is none */
export function showAttributes (answer: Readonly<Record<string, unknown>>, terminal: Terminal): void {
  if (!Value.Check(ShownSchema, answer)) throw new Error('the server answered without attributes: it is an older one')
  const { attributes, face, disclosures = [] } = answer
  for (const { name, value, probability, reason = 'uncertain' } of attributes) {
    const likely = probability === null ? '' : `, ${Math.round(100 * probability)} %`
    terminal.answer(`${name.replaceAll('_', ' ')}: ${value ?? REASONS[reason]}${likely}\n`)
  }
  if (face?.found === false) terminal.tell('no face was found in the picture; the answer is about whatever is there')
  for (const { message } of disclosures) terminal.tell(message)
}
