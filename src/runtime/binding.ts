import { codedError } from '../common/errors.js'
import { Handle } from './handle.js'
import { call, callAsync, create } from './ort-api.js'
import type { RunOptions } from './run-options.js'
import type { Session } from './session.js'
import type { TensorSide, TensorSpec } from './tensor-spec.js'
import type { Value } from './value.js'

interface Bound { spec: TensorSpec, value: Value }

/**
 * Tensors bound to a session's inputs and outputs once and run many times: a run reads and writes their memory. A value may be input and output at once (a key-value cache in place).
 *
 * ONNX Runtime does not notice a missing input and says little about a wrong shape, so both are checked here.
 */
export class Binding extends Handle {
  readonly #session: Session
  readonly #inputs = new Map<string, Bound>()
  readonly #outputs = new Map<string, Bound>()
  #isChecked = false
  #isRunning = false

  constructor (session: Session) {
    super(create('CreateIoBinding', session.pointer), 'ReleaseIoBinding', [session])
    this.#session = session
  }

  /** Binds an input, in the place of what was bound before. @throws runtime_misused for an unknown name, or another type or shape than the graph's */
  input (name: string, value: Value): this {
    this.#bind('Input', name, value)
    return this
  }

  /** Binds an output, in the place of what was bound before. @throws runtime_misused like `input` */
  output (name: string, value: Value): this {
    this.#bind('Output', name, value)
    return this
  }

  /**
   * Runs the graph on a thread of libuv's pool; the event loop goes on.
   *
   * @throws runtime_misused when something is not bound or two tensors disagree about a dimension; run_terminated, runtime_failed, engine_out_of_memory
   */
  async run (options?: RunOptions): Promise<void> {
    this.#prepare()
    this.#isRunning = true
    try {
      await this.hold(() => callAsync('RunWithBinding', this.#session.pointer, options?.pointer ?? null, this.pointer))
    } finally {
      this.#isRunning = false
    }
  }

  /** Runs the graph while the event loop waits: for work shorter than the way to another thread, some tens of microseconds. @throws like `run` */
  runSync (options?: RunOptions): void {
    this.#prepare()
    call('RunWithBinding', this.#session.pointer, options?.pointer ?? null, this.pointer)
  }

  #bind (side: TensorSide, name: string, value: Value): void {
    this.#refuseWhileRunning()
    const specs = side === 'Input' ? this.#session.inputs : this.#session.outputs
    const spec = specs.find((each) => each.name === name)
    if (spec === undefined) throw misused(`the graph has no ${side.toLowerCase()} ${name}; it has ${specs.map((each) => each.name).join(', ')}`)
    if (spec.type !== value.type || !fits(spec, value)) throw misused(`${name} is ${describe(spec)} and was given ${describe(value)}`)
    const bound = side === 'Input' ? this.#inputs : this.#outputs
    call(`Bind${side}`, this.pointer, name, value.pointer)
    // Naming the value keeps its memory from being collected.
    bound.set(name, { spec, value })
    this.#isChecked = false
  }

  #prepare (): void {
    this.#refuseWhileRunning()
    if (!this.#isChecked) this.#check()
    if (this.#session.provider === 'cuda') this.#copyInputs()
  }

  #refuseWhileRunning (): void {
    if (this.#isRunning) throw misused('a binding is used while it is running')
  }

  #check (): void {
    const missing = [
      ...this.#session.inputs.filter(({ name }) => !this.#inputs.has(name)),
      ...this.#session.outputs.filter(({ name }) => !this.#outputs.has(name))
    ]
    if (missing.length > 0) throw misused(`nothing is bound to ${missing.map(({ name }) => name).join(', ')}`)
    const sizes = new Map<string, { size: number, of: string }>()
    for (const { spec, value } of [...this.#inputs.values(), ...this.#outputs.values()]) agree(spec, value, sizes)
    this.#isChecked = true
  }

  /** What lies in the process' own memory is copied to a device when it is bound, not when the graph runs. */
  #copyInputs (): void {
    for (const [name, { value }] of this.#inputs) {
      if (value.kind === 'cpu') call('BindInput', this.pointer, name, value.pointer)
    }
    call('SynchronizeBoundInputs', this.pointer)
  }
}

function fits ({ dims }: TensorSpec, value: Value): boolean {
  return dims.length === value.dims.length && dims.every((dim, axis) => typeof dim === 'string' || dim === value.dims[axis])
}

/** Notes the sizes of a tensor's variable dimensions. @throws runtime_misused when another tensor has said otherwise */
function agree (spec: TensorSpec, value: Value, sizes: Map<string, { size: number, of: string }>): void {
  spec.dims.forEach((dim, axis) => {
    const size = value.dims[axis]
    if (typeof dim === 'number' || dim === '' || size === undefined) return
    const known = sizes.get(dim)
    if (known === undefined) sizes.set(dim, { size, of: spec.name })
    else if (known.size !== size) throw misused(`${dim} is ${known.size} in ${known.of} and ${size} in ${spec.name}`)
  })
}

function describe ({ type, dims }: Pick<TensorSpec, 'type' | 'dims'>): string {
  return `${type}[${dims.join(', ')}]`
}

function misused (detail: string): Error {
  return codedError('runtime_misused', [detail])
}
