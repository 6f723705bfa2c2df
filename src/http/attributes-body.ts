import type { Static } from 'typebox'
import type { Attribute, FaceAttributes } from '../tasks/read-attributes.js'
import type { AttributeSchema } from './schemas/attributes.js'
import { textUsageBody } from './usage-body.js'

/** What was found, as the HTTP answer and the command line say it. */
export function attributesBody ({ attributes, disclosures, face, usage }: FaceAttributes, threshold: number) {
  return {
    attributes: attributes.map(attributeBody),
    threshold,
    ...(face === undefined ? {} : { face }),
    ...(disclosures.length === 0 ? {} : { disclosures }),
    usage: textUsageBody(usage)
  }
}

function attributeBody ({ name, value, probability, abstention, values, refusal }: Attribute): Static<typeof AttributeSchema> {
  return {
    name,
    value: value ?? null,
    probability: probability ?? null,
    abstained: abstention !== undefined,
    ...(abstention === undefined ? {} : { reason: abstention }),
    values: [...values],
    ...(refusal === undefined ? {} : { refusal })
  }
}
