import type { TObject } from 'typebox'
import type { TaskName } from '../../engine/protocol.js'
import type { DigitalSource } from '../../image/xmp-packet.js'
import type { FaceModel } from '../../tasks/face-model.js'
import type { TaskContext, TaskDependencies } from '../../tasks/task-context.js'
import type { Element } from './datatypes.js'
import type { Tensor, TensorSpec } from './tensors.js'

/** What a model answered. */
export interface Inferred {
  /** By output. An output that is not there was not asked for by the inputs. */
  elements: Record<string, readonly Element[] | Uint8Array>
  /** The size of the first axis, for outputs whose metadata leaves it open. */
  sizes: Record<string, number>
  parameters: Record<string, string | number | boolean>
}

/** One task as a model of the Open Inference Protocol. */
export interface InferenceModel {
  name: string
  task: TaskName
  /** What its pictures are, for the header that says so; made from words where absent. */
  digitalSource?: DigitalSource | 'none'
  /** For the documentation. */
  summary: string
  /** Schema of the body, with examples. */
  body: TObject
  inputs: readonly TensorSpec[]
  outputs: (model: FaceModel) => readonly TensorSpec[]
  /** Most bytes of a picture are known to its route. */
  infer: (tensors: ReadonlyMap<string, Tensor>, tasks: TaskDependencies, context: TaskContext, maxUploadBytes: number) => Promise<Inferred>
}
