import { maskedAfterStep, stepsTaken } from '../sampling/mask-schedule.js'
import { previewSteps } from '../sampling/preview-steps.js'
import { Constraint, type GrammarShelf } from '../sampling/constraint.js'
import { StopWatch } from '../sampling/stop-strings.js'
import type { Demand } from '../scheduler/step.js'
import { errorOf } from './constraint-error.js'
import type { ExecutorSizes } from './executor.js'
import type { CodecWork, EngineEvent, FaceFinding, GenerateWork, Phase, PictureInput, TaskName, TokenLogprob, UnderstandWork, Work } from './protocol.js'
import { UsageMeter } from './usage.js'

/** Who hears the events of a piece of work. */
export type Listener = (event: EngineEvent) => void

/** What the engine knows of a piece of work besides its place in the scheduler: ids, codes, an account. */
export type Sequence = PictureSequence | TextSequence | CodecSequence

/** Times are the engine's clock. */
export interface SequenceOrigin {
  id: string
  tell: Listener
  /** When the client submitted it, on the engine's clock. */
  submittedAt: number
  /** From submission to deadline; undefined without one. */
  timeoutMs: number | undefined
}

abstract class SequenceBase {
  readonly origin: SequenceOrigin
  readonly usage = new UsageMeter()
  hasBegun = false
  /** Nobody waits for it any more; it leaves the scheduler when no step is under way. */
  isAbandoned = false
  /** Names of prefixes and encodings that were made for it. */
  readonly filled = new Set<string>()
  /** What the face encoder thought of its picture; undefined for a picture that is being made. */
  finding: FaceFinding | undefined

  constructor (origin: SequenceOrigin) {
    this.origin = origin
  }
}

/** A picture being made. */
export class PictureSequence extends SequenceBase {
  readonly task: TaskName = 'generate'
  readonly work: GenerateWork
  /** Names of the prefixes that its rows read: the conditional one first. */
  readonly prompts: readonly [string] | readonly [string, string]
  /** The picture that it edits; its codes come from the encoder. */
  readonly original: PictureInput | undefined
  /** [N]; the codebook's size where masked. */
  codeIds: Int32Array
  /** [N]; the picture so far with a proposal at every position. */
  proposed: Int32Array
  readonly initiallyMasked: number
  maskedNow: number
  /** Steps done. */
  step = 0
  /** After which steps the picture so far is shown. */
  readonly #previewSteps: ReadonlySet<number>

  constructor (origin: SequenceOrigin, work: GenerateWork, { imageTokens, codebook }: ExecutorSizes) {
    super(origin)
    this.work = work
    const conditional = promptName(work.promptTokenIds)
    this.prompts = work.guidanceScale === GUIDANCE_OFF ? [conditional] : [conditional, promptName(work.negativeTokenIds)]
    const { given, numInferenceSteps, previews = 0 } = work
    this.original = given !== undefined && 'picture' in given ? given.picture : undefined
    this.codeIds = given !== undefined && 'codeIds' in given ? given.codeIds : new Int32Array(imageTokens).fill(codebook)
    this.proposed = this.codeIds
    const masked = this.codeIds.filter((id) => id === codebook).length
    this.initiallyMasked = this.maskedNow = given !== undefined && 'remake' in given ? given.remake.length : masked
    this.#previewSteps = new Set(previewSteps(previews, stepsTaken(numInferenceSteps, this.initiallyMasked)))
  }

  /** Takes what is kept from the codes of its original. Before its first step; again changes nothing. */
  keepOf (originalCodeIds: Int32Array, { codebook }: Pick<ExecutorSizes, 'codebook'>): void {
    const { given } = this.work
    if (given === undefined || !('remake' in given) || this.step > 0) return
    this.codeIds = originalCodeIds.slice()
    for (const position of given.remake) this.codeIds[position] = codebook
  }

  /** Codes that stay masked after the next step. */
  get keepMasked (): number {
    const { step, initiallyMasked, maskedNow, work: { numInferenceSteps } } = this
    return maskedAfterStep({ step, numInferenceSteps, initiallyMasked, maskedNow })
  }

  /** Takes in a step. Answers whether it was the last: no code is masked any more. */
  advance (nextCodeIds: Int32Array, proposedCodeIds: Int32Array): 'more' | 'done' {
    this.maskedNow = this.keepMasked
    this.codeIds = nextCodeIds
    this.proposed = proposedCodeIds
    this.step++
    return this.maskedNow === 0 ? 'done' : 'more'
  }

  /** Whether the picture so far is to be shown after the step that was just done. */
  get isPreviewDue (): boolean {
    return this.#previewSteps.has(this.step)
  }

  /** Share of the codes to make that is decided. */
  get decided (): number {
    return (this.initiallyMasked - this.maskedNow) / this.initiallyMasked
  }

  /** Text tokens written: none. */
  get tokenCount (): number {
    return 0
  }

  /** Positions of a decode slot: it has none. */
  slotLength (): number {
    return 0
  }

  /** Text tokens that its rows read. */
  get promptTokens (): number {
    const { promptTokenIds, negativeTokenIds } = this.work
    return promptTokenIds.length + (this.prompts.length === 2 ? negativeTokenIds.length : 0)
  }

  /** What is being done for it. */
  get phase (): Phase {
    if (this.maskedNow === 0) return 'render'
    return this.step > 0 ? 'unmask' : 'prefill'
  }

  get demand (): Demand {
    return { flow: 'generate', prompts: this.prompts, ...(this.original === undefined ? {} : { original: this.original.key }) }
  }
}

/** A text being written about a picture, or choices being scored. */
export class TextSequence extends SequenceBase {
  readonly work: UnderstandWork
  /** Written so far. */
  readonly tokenIds: number[] = []
  /** What it may be; undefined where it may be anything. */
  readonly constraint: Constraint | undefined
  /** Looks for strings that end it; undefined where there are none. */
  readonly stops: StopWatch | undefined

  constructor (origin: SequenceOrigin, work: UnderstandWork, grammars: GrammarShelf) {
    super(origin)
    this.work = work
    const { grammar, stop } = work
    this.constraint = grammar === undefined ? undefined : new Constraint(grammars.take(grammar.key, grammar.grammar))
    const error = this.constraint === undefined ? undefined : errorOf(this.constraint.next)
    if (error !== undefined) throw error
    this.stops = stop === undefined ? undefined : new StopWatch(stop)
  }

  get task (): TaskName {
    return this.work.task
  }

  get tokenCount (): number {
    return this.tokenIds.length
  }

  /** Positions of its decode slot that hold keys and values, while it is being written: the token written last has none yet. */
  slotLength ({ picturePrefixLength }: Pick<ExecutorSizes, 'picturePrefixLength'>): number {
    return picturePrefixLength + this.work.textTokenIds.length + this.tokenIds.length - 1
  }

  /** Text tokens read: the conversation, and each choice. */
  get promptTokens (): number {
    const { textTokenIds, choices = [] } = this.work
    return choices.reduce((sum, ids) => sum + ids.length, textTokenIds.length)
  }

  /** What is being done for it. */
  get phase (): Phase {
    return this.tokenIds.length > 0 ? 'decode' : 'prefill'
  }

  get demand (): Demand {
    const { picture, choices } = this.work
    return { flow: 'understand', picture: picture.key, textTokens: this.promptTokens, writes: choices === undefined ? 'text' : 'scores' }
  }

  /** The event of a token; without the likeliest ones where none were asked for. */
  tokenEvent (tokenId: number, logprob: number, top: TokenLogprob[]): EngineEvent {
    return { type: 'token', tokenId, logprob, ...(this.work.topLogprobs > 0 ? { top } : {}) }
  }
}

/** A picture through the codec alone. */
export class CodecSequence extends SequenceBase {
  readonly task: TaskName = 'generate'
  readonly work: CodecWork
  /** Text tokens read and written: none. */
  readonly promptTokens = 0
  readonly tokenCount = 0

  constructor (origin: SequenceOrigin, work: CodecWork) {
    super(origin)
    this.work = work
  }

  /** Positions of a decode slot: it has none. */
  slotLength (): number {
    return 0
  }

  get phase (): Phase {
    return this.work.kind
  }

  get demand (): Demand {
    return { flow: 'generate', prompts: [], codec: this.work.kind }
  }
}

const GUIDANCE_OFF = 1

/** Prompts with the same tokens are the same prefix. */
export function promptName (tokenIds: readonly number[]): string {
  return tokenIds.join(' ')
}

export function createSequence (origin: SequenceOrigin, work: Work, sizes: ExecutorSizes, grammars: GrammarShelf): Sequence {
  switch (work.kind) {
    case 'generate': return new PictureSequence(origin, work, sizes)
    case 'understand': return new TextSequence(origin, work, grammars)
    default: return new CodecSequence(origin, work)
  }
}
