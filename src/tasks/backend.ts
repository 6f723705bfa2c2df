import type { EngineClient } from '../engine/client.js'
import type { TaskName } from '../engine/protocol.js'
import { workUnits } from '../engine/work-units.js'
import { AdmissionQueue, type AdmissionOptions, type QueueLimits } from './admission.js'
import type { FaceModel } from './face-model.js'
import { StepTimes } from './step-times.js'
import type { TaskDependencies } from './task-context.js'

/** A model and the engine that has loaded it. */
export type LoadedParts = Pick<TaskDependencies, 'model' | 'engine'>

/** What all tasks work with, whichever model they ask. */
export type SharedDependencies = Omit<TaskDependencies, 'model' | 'engine' | 'metrics'>

/** What answers a request, from the door to the last byte: one version of a model, its engine, and the queue in front of it. */
export interface Backend {
  model: FaceModel
  engine: EngineClient
  /** What its steps take. */
  times: StepTimes
  admission: AdmissionQueue
  /** Work units taken for a request of a task until its body has been read. */
  estimateUnits: Readonly<Record<TaskName, number>>
  /** What its tasks work with. */
  tasks: TaskDependencies
}

export interface BackendOptions {
  shared: SharedDependencies
  metrics: TaskDependencies['metrics']
  queue: QueueLimits
  callers: NonNullable<AdmissionOptions['callers']>
}

/** Puts a backend together: nothing of it is shared with another one but its counters. */
export function createBackend ({ model, engine }: LoadedParts, { shared, metrics, queue, callers }: BackendOptions): Backend {
  const times = new StepTimes()
  engine.on('stats', (stats) => { times.take(stats) })
  return {
    model,
    engine,
    times,
    admission: new AdmissionQueue(queue, { times, callers }),
    estimateUnits: estimateUnits(model),
    tasks: { ...shared, model, engine, metrics }
  }
}

/** What a request is taken to cost before its body has been read: the model's defaults. */
function estimateUnits ({ manifest: { defaults } }: FaceModel): Record<TaskName, number> {
  const text = workUnits({ kind: 'understand', maxTokens: defaults.max_tokens })
  const picture = workUnits({ kind: 'generate', numInferenceSteps: defaults.num_inference_steps, guidanceScale: defaults.guidance_scale })
  return { generate: picture, caption: text, answer: text }
}
