import type { Manifest } from '../artifacts/manifest.js'
import { codedError } from '../common/errors.js'
import { hostMemory, type Memory, SessionMemory } from '../runtime/memory.js'
import type { RuntimeModel } from '../runtime/runtime.js'
import type { Session } from '../runtime/session.js'
import { GraphSlotCopier, HostSlotCopier } from '../runtime/slot-copier.js'
import { MemoryInfo } from '../runtime/value.js'
import { pixelLimits } from './check-pixels.js'
import type { ExecutorSizes, PicturePrefix, PlanKind, RowResults, StepExecutor, StepPlan, StepResult } from './executor.js'
import { checkPlan, type PlanLimits } from './ort/check-plan.js'
import { Encoders } from './ort/encoders.js'
import { Language } from './ort/language.js'
import { LogitAdjuster } from './ort/logit-adjuster.js'
import { NoiseRows } from './ort/noise-rows.js'
import { Pictures } from './ort/pictures.js'
import { PlanRunner, type Run } from './ort/plan-run.js'
import { Prompts } from './ort/prompts.js'
import { Rendering } from './ort/rendering.js'
import { executorSizes } from './ort/sizes.js'
import { slotTensorOf } from './ort/slot-blocks.js'
import { TextSampler } from './ort/text-sampler.js'
import { slotShape, TextSlots } from './ort/text-slots.js'
import { Unmasking } from './ort/unmasking.js'
import type { EngineSettings } from './protocol.js'

export interface OrtExecutorOptions {
  /** Becomes the executor's own. */
  model: RuntimeModel
  manifest: Manifest
  settings: Pick<EngineSettings, 'promptSlots' | 'decodeSlots' | 'rowLimits'>
  /** Where slots and logits lie: in this process, or where each graph's session has its memory. Unless said, that of a device, and this process' for the CPU. */
  caches?: 'process' | 'session'
}

/** The parts that do the phases. */
interface Parts {
  encoders: Encoders
  prompts: Prompts
  pictures: Pictures
  language: Language
  unmasking: Unmasking
  rendering: Rendering
  textSlots: TextSlots
}

/** 6 MB each at the paper's size, 0.1 MB in the small model. */
const MOST_NOISE_SLOTS = 100

/** Runs plans on ONNX Runtime. Made by `createOrtExecutor`. */
export class OrtExecutor implements StepExecutor {
  readonly sizes: ExecutorSizes
  readonly #limits: PlanLimits
  readonly #parts: Parts
  readonly #runner: PlanRunner
  /** In the order in which they were made. */
  readonly #owned: readonly { dispose (): void }[]
  #isRunning = false

  constructor (limits: PlanLimits, parts: Parts, owned: readonly { dispose (): void }[]) {
    this.sizes = limits.sizes
    this.#limits = limits
    this.#parts = parts
    this.#runner = new PlanRunner()
    this.#owned = [...owned, this.#runner]
  }

  async execute<P extends StepPlan> (plan: P, signal?: AbortSignal): Promise<StepResult<P>> {
    this.#refuseWhileRunning()
    checkPlan(plan, this.#limits)
    this.#isRunning = true
    const startedAt = performance.now()
    try {
      const rows = await this.#runner.run<RowResults[keyof RowResults][]>(signal, (run) => this.#run(plan, run))
      // Each phase answers rows of its own kind; TypeScript cannot follow that through the switch.
      return { rows: rows as RowResults[PlanKind<P>][], durationMs: performance.now() - startedAt }
    } finally {
      this.#isRunning = false
    }
  }

  loadPicture (slot: number, prefix: PicturePrefix): void {
    this.#refuseWhileRunning()
    this.#refuseSlot(slot)
    this.#parts.textSlots.load(slot, prefix)
  }

  moveSlot (from: number, to: number, length: number): void {
    this.#refuseWhileRunning()
    for (const slot of [from, to]) this.#refuseSlot(slot)
    if (!(length >= 0 && length <= this.sizes.slotCapacity)) throw codedError('runtime_misused', [`${length} positions of a slot of ${this.sizes.slotCapacity} are moved`])
    this.#parts.textSlots.move(from, to, length)
  }

  dispose (): void {
    this.#refuseWhileRunning()
    for (const owner of this.#owned.toReversed()) owner.dispose()
  }

  #run (plan: StepPlan, run: Run): Promise<RowResults[keyof RowResults][]> {
    const { encoders, prompts, pictures, language, unmasking, rendering } = this.#parts
    switch (plan.phase) {
      case 'encode': return encoders.encode(plan.rows, run)
      case 'prefill':
        if (plan.kind === 'prompt') return prompts.fill(plan.rows, run)
        if (plan.kind === 'picture') return pictures.read(plan.rows, run)
        return language.read(plan.rows, run)
      case 'decode': return language.decode(plan.rows, run)
      case 'unmask': return unmasking.step(plan.rows, run)
      case 'render': return rendering.render(plan.rows, run)
    }
  }

  #refuseWhileRunning (): void {
    if (this.#isRunning) throw codedError('runtime_misused', ['the executor is used while a plan is running'])
  }

  #refuseSlot (slot: number): void {
    if (!(slot >= 0 && slot < this.#limits.decodeSlots)) throw codedError('runtime_misused', [`there is no decode slot ${slot}`])
  }
}

/**
 * Allocates the caches of a loaded model.
 *
 * @throws engine_out_of_memory, runtime_misused when the model's graphs do not fit each other
 */
export async function createOrtExecutor (options: OrtExecutorOptions): Promise<OrtExecutor> {
  const { model, manifest, settings } = options
  const owned: { dispose (): void }[] = [model]
  const own = <T extends { dispose (): void }>(owner: T): T => {
    owned.push(owner)
    return owner
  }
  try {
    const { sizes, special_ids: ids, preprocessing } = manifest
    const limits = { sizes: executorSizes(manifest), ...settings, jointVocabulary: sizes.joint_vocabulary, clipWidth: sizes.clip_width, faceWidth: sizes.face_width, pixels: pixelLimits(preprocessing) }
    return new OrtExecutor(limits, await createParts(options, limits.sizes, ids.pad, own), owned)
  } catch (error) {
    for (const owner of owned.toReversed()) owner.dispose()
    throw error
  }
}

type Own = <T extends { dispose (): void }>(owner: T) => T

async function createParts ({ model, manifest, settings, caches }: OrtExecutorOptions, sizes: ExecutorSizes, pad: number, own: Own): Promise<Parts> {
  const { sessions, lanes } = model
  const onDevice = (session: Session): boolean => caches === undefined ? session.provider === 'cuda' : caches === 'session'
  const memoryOf = (session: Session): Memory => onDevice(session) ? own(new SessionMemory(session, own(new MemoryInfo(session.provider)))) : hostMemory
  const [unmaskMemory, languageMemory] = [memoryOf(sessions.unmask), memoryOf(sessions.language)]
  const prompts = own(new Prompts({ session: sessions.prompt, sizes, slots: settings.promptSlots, pad, lanes, memory: unmaskMemory }))
  // One for each level that there is, unless a step has fewer rows than a large model has levels.
  const noiseSlots = Math.min(sizes.imageTokens, Math.max(MOST_NOISE_SLOTS, settings.rowLimits.unmask))
  const noise = own(new NoiseRows({ session: sessions.noise, slots: noiseSlots, memory: unmaskMemory }))
  const tensor = slotTensorOf(sessions.language.inputs, 'past_key_0')
  const shape = slotShape(tensor, slotTensorOf(sessions.picture.outputs, 'key_0'))
  const copier = onDevice(sessions.language) ? await GraphSlotCopier.create(model.environment, sessions.language.provider, shape) : new HostSlotCopier(shape)
  const textSlots = own(new TextSlots({ tensor, layers: sizes.layers, slots: settings.decodeSlots, memory: languageMemory }, copier))
  const adjuster = own(await LogitAdjuster.create(model.environment, sessions.sample_text.provider, sizes, languageMemory))
  const sampler = own(new TextSampler(sessions, adjuster, sizes))
  return {
    prompts,
    textSlots,
    encoders: own(new Encoders({ sessions, manifest, lanes })),
    pictures: own(new Pictures(sessions.picture, sizes, lanes)),
    language: own(new Language({ session: sessions.language, sizes, slots: textSlots, sampler, rows: settings.decodeSlots, lanes, memory: languageMemory })),
    unmasking: own(new Unmasking({ unmask: sessions.unmask, sampler: sessions.sample_image, sizes, prompts, noise, rows: settings.rowLimits.unmask, lanes, memory: unmaskMemory })),
    rendering: own(new Rendering(sessions.picture_decoder, lanes))
  }
}
