import { Batch } from '../../runtime/batch.js'
import { ELEMENT_TYPES, tensorBytes } from '../../runtime/element-types.js'
import type { Environment } from '../../runtime/environment.js'
import type { Memory } from '../../runtime/memory.js'
import { type GraphTensor, writeOnnx } from '../../runtime/onnx-writer.js'
import { type ExecutionProvider, Session } from '../../runtime/session.js'
import { Value } from '../../runtime/value.js'
import type { ExecutorSizes, TextSampling } from '../executor.js'
import { BatchCache } from './batch-cache.js'
import type { Run } from './plan-run.js'

// B rows, V text vocabulary

/** Adds to logits where they lie, by a graph of one operator: they may be in the memory of a device. A row without a bias stays as it is. */
export class LogitAdjuster {
  readonly #session: Session
  readonly #vocabulary: number
  readonly #memory: Memory
  readonly #batches = new BatchCache()
  /** Sums by rows and lane, [B, V]. */
  readonly #sums = new Map<string, Value>()

  private constructor (session: Session, vocabulary: number, memory: Memory) {
    this.#session = session
    this.#vocabulary = vocabulary
    this.#memory = memory
  }

  /** @param memory where the sums lie */
  static async create (environment: Environment, provider: ExecutionProvider, { textVocabulary }: Pick<ExecutorSizes, 'textVocabulary'>, memory: Memory): Promise<LogitAdjuster> {
    const tensor = (name: string): GraphTensor => ({ name, elementType: ELEMENT_TYPES.float32.onnx, dims: ['B', textVocabulary] })
    const graph = writeOnnx({ inputs: [tensor('logits'), tensor('bias')], outputs: [tensor('sum')], nodes: [{ operator: 'Add', inputs: ['logits', 'bias'], outputs: ['sum'] }] })
    return new LogitAdjuster(await Session.load(environment, graph, { provider }), textVocabulary, memory)
  }

  /**
   * @param logits [rows, V]
   * @param lane tells apart logits that are adjusted at the same time
   * @returns them, or their sums with what the rows add; good until the next call for as many rows of the lane
   */
  async adjust (logits: Value, rows: readonly TextSampling[], run: Run, lane: number): Promise<Value> {
    if (rows.every(({ bias }) => bias === undefined)) return logits
    const sum = this.#sumOf(rows.length, lane)
    const batch = this.#batches.get([rows.length, lane], () => new Batch(this.#session, { sizes: { B: rows.length }, inputs: new Map([['logits', logits]]), outputs: new Map([['sum', sum]]) }))
    batch.input('logits', logits)
    const added = batch.floats('bias').fill(0)
    rows.forEach(({ bias = NOTHING }, row) => { for (const [tokenId, amount] of bias) added[row * this.#vocabulary + tokenId] = amount })
    await run(batch)
    return sum
  }

  dispose (): void {
    this.#batches.dispose()
    for (const sum of this.#sums.values()) sum.dispose()
    this.#session.dispose()
  }

  #sumOf (rows: number, lane: number): Value {
    const key = `${rows} ${lane}`
    const known = this.#sums.get(key)
    if (known !== undefined) return known
    const bytes = tensorBytes('float32', [rows, this.#vocabulary])
    const made = new Value('float32', [rows, this.#vocabulary], this.#memory.allocate(bytes).part(0, bytes))
    this.#sums.set(key, made)
    return made
  }
}

const NOTHING: ReadonlyMap<number, number> = new Map()
