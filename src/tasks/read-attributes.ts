import { codedError } from '../common/errors.js'
import type { FaceFinding, UnderstandWork } from '../engine/protocol.js'
import { UNITS_PER_PICTURE_READ, workUnits } from '../engine/work-units.js'
import { type Disclosure, judgeTexts, onePerCategory, type Refusal } from './apply-policy.js'
import { ATTRIBUTE_LIST, ATTRIBUTE_NAMES, type AttributeName, type AttributeQuestion } from './attribute-list.js'
import { nothingUsed } from './nothing-used.js'
import { preparePicture } from './prepare-picture.js'
import { reserveUnits } from './reserve-units.js'
import { runScores, type Scores, SCORING } from './run-scores.js'
import { scoreChoices } from './score-choices.js'
import type { FaceModel } from './face-model.js'
import type { TaskContext, TaskDependencies } from './task-context.js'
import { together } from './together.js'
import { mergeUsage, type TaskUsage } from './usage.js'

/** A value that is less likely is not given, unless somebody says otherwise. */
export const DEFAULT_THRESHOLD = 0.5

/** A wish for attributes of a face. */
export interface AttributesRequest {
  /** The picture file as it came. */
  image: Uint8Array
  /** Left out: all. */
  names?: readonly AttributeName[] | undefined
  /** A value that is less likely is not given. */
  threshold: number
}

/** Why an attribute has no value. */
export type Abstention =
  /** No value reaches the threshold. */
  | 'uncertain'
  /** Most likely it cannot be seen: a hat hides the hair, there is no hat to name a colour of. */
  | 'not_visible'
  /** The policy refuses it. */
  | 'policy'

export interface Attribute {
  name: AttributeName
  /** Undefined where the model abstains. */
  value: string | undefined
  /** Of the value, or of what is likeliest instead of one; undefined when the policy refused the question. */
  probability: number | undefined
  abstention: Abstention | undefined
  /** Every value that it could have, with its probability; what is missing to 1 says that it cannot be seen. Empty when the policy refused. */
  values: readonly { value: string, probability: number }[]
  refusal?: Refusal
}

/** What a face was found to look like. */
export interface FaceAttributes {
  attributes: Attribute[]
  disclosures: Disclosure[]
  /** Absent when the policy refused everything: nobody looked at the picture. */
  face?: FaceFinding
  usage: TaskUsage
}

/**
 * Scores every answer that each attribute can have. The picture is read once; all questions are asked at the same time, each as the first about it, so that none depends on another.
 *
 * @throws image errors, conversation_too_long, queue_full; whatever ends the engine's work
 */
export async function readAttributes (dependencies: TaskDependencies, { image, names = ATTRIBUTE_NAMES, threshold }: AttributesRequest, context: TaskContext): Promise<FaceAttributes> {
  const { model } = dependencies
  const asked = withNeeded(names).map((name) => {
    const question: AttributeQuestion = ATTRIBUTE_LIST[name]
    return { name, question, judgement: judgeTexts(dependencies, [{ place: 'question', text: question.question }, ...textsOf(question).map((text) => ({ place: 'choice' as const, text }))]) }
  })
  const open = asked.filter(({ judgement }) => judgement.refusal === undefined).map(({ name, question }) => ({ name, text: layOut(question, model) }))
  const disclosures = asked.flatMap(({ judgement }) => judgement.refusal === undefined ? judgement.disclosures : [])
  const answers = await answerAll(dependencies, image, open, context)
  const decided = new Map(asked.map(({ name, question, judgement: { refusal } }): [AttributeName, Attribute] => {
    const answer = answers.get(name)
    if (answer === undefined) return [name, { ...WITHHELD, name, ...(refusal === undefined ? {} : { refusal }) }]
    return [name, judgeValue(dependencies, decide(name, question, answer.logprobs, threshold), question, disclosures)]
  }))
  const [first] = answers.values()
  const usage = first === undefined ? nothingUsed(model.manifest.parameters.total) : mergeUsage([...answers.values()].map((answer) => answer.usage))
  const attributes = names.flatMap((name) => withoutWhatIsMissing(decided, name))
  return { attributes, disclosures: onePerCategory(disclosures), ...(first === undefined ? {} : { face: first.face }), usage }
}

/** Those that others depend on are asked too, whether they are wanted or not. */
function withNeeded (names: readonly AttributeName[]): AttributeName[] {
  return [...new Set(names.flatMap((name) => {
    const { needs }: AttributeQuestion = ATTRIBUTE_LIST[name]
    return needs === undefined ? [name] : [name, needs]
  }))]
}

/** The attribute, or that there is nothing to have it: more likely no hat than a hat, and so no colour of one. */
function withoutWhatIsMissing (decided: ReadonlyMap<AttributeName, Attribute>, name: AttributeName): Attribute[] {
  const attribute = decided.get(name)
  if (attribute === undefined) return []
  const { needs }: AttributeQuestion = ATTRIBUTE_LIST[name]
  const missing = needs === undefined ? 0 : decided.get(needs)?.values.find(({ value }) => value === 'no')?.probability ?? 0
  if (attribute.abstention === 'policy' || missing <= 0.5) return [attribute]
  return [{ ...attribute, value: undefined, probability: missing, abstention: 'not_visible' }]
}

/** Nothing of it is told. */
const WITHHELD = { value: undefined, probability: undefined, abstention: 'policy', values: [] } as const

type LaidOut = Pick<UnderstandWork, 'textTokenIds' | 'maxTokens'> & { choices: number[][] }

/** @throws conversation_too_long where the model has no room for the question */
function layOut (question: AttributeQuestion, { layout, manifest: { sizes } }: FaceModel): LaidOut {
  const textTokenIds = layout.firstTurn(question.question)
  const choices = textsOf(question).map((text) => layout.givenAnswer(text))
  const maxTokens = Math.max(...choices.map(({ length }) => length))
  const positions = sizes.picture_prefix_length + textTokenIds.length + maxTokens
  if (positions > sizes.slot_capacity) throw codedError('conversation_too_long', [positions, sizes.slot_capacity], { param: 'attributes' })
  return { textTokenIds, maxTokens, choices }
}

async function answerAll (dependencies: TaskDependencies, image: Uint8Array, open: readonly { name: AttributeName, text: LaidOut }[], context: TaskContext): Promise<Map<AttributeName, Scores>> {
  if (open.length === 0) return new Map()
  const again = open.reduce((sum, { text }) => sum + workUnits({ kind: 'understand', ...text }) - UNITS_PER_PICTURE_READ, 0)
  reserveUnits(context.ticket, UNITS_PER_PICTURE_READ + again)
  const picture = await preparePicture(dependencies, image, context.caller)
  context.signal.throwIfAborted()
  const { context: shared, end } = together(context)
  try {
    return new Map(await Promise.all(open.map(async ({ name, text }) => [name, await runScores(dependencies, { ...SCORING, task: 'answer', picture, ...text }, shared)] as const)))
  } finally {
    end()
  }
}

function decide (name: AttributeName, question: AttributeQuestion, logprobs: readonly number[], threshold: number): Attribute {
  const scores = scoreChoices(textsOf(question), logprobs)
  const values = question.answers.map(({ value }, index) => ({ value, probability: scores[index]?.probability ?? 0 }))
  const best = values.reduce((likeliest, each) => each.probability > likeliest.probability ? each : likeliest)
  const unseen = scores.slice(values.length).reduce((sum, { probability }) => sum + probability, 0)
  if (unseen > best.probability) return { name, value: undefined, probability: unseen, abstention: 'not_visible', values }
  const isCertain = best.probability >= threshold
  return { name, value: isCertain ? best.value : undefined, probability: best.probability, abstention: isCertain ? undefined : 'uncertain', values }
}

/** Holds the answer that was found against what the policy says of answers. */
function judgeValue (dependencies: TaskDependencies, attribute: Attribute, { answers }: AttributeQuestion, disclosures: Disclosure[]): Attribute {
  const text = answers.find(({ value }) => value === attribute.value)?.text
  if (text === undefined) return attribute
  const { refusal, disclosures: more } = judgeTexts(dependencies, [{ place: 'answer', text }])
  disclosures.push(...more)
  return refusal === undefined ? attribute : { ...WITHHELD, name: attribute.name, refusal }
}

function textsOf ({ answers, unseen }: AttributeQuestion): string[] {
  return [...answers.map(({ text }) => text), ...unseen]
}
