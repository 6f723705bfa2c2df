import { codedError, type CodedError } from '../common/errors.js'
import type { EngineState } from '../engine/client.js'
import type { Share, TaskName } from '../engine/protocol.js'
import type { AdmissionQueue } from '../tasks/admission.js'
import type { Backend } from '../tasks/backend.js'
import type { ServedModels } from '../tasks/served-models.js'
import { StepTimes } from '../tasks/step-times.js'
import type { DoorMetrics } from '../telemetry/metrics.js'

/** What a visitor stands in front of: a model, or all of them while nobody knows yet which one is asked. */
export interface Front {
  metrics: Pick<DoorMetrics, 'rejected'>
  times: StepTimes
  /** Work units that a request of a task is taken to cost until its body has been read. */
  estimateUnits: Readonly<Record<TaskName, number>>
  /** Why nobody can be asked; undefined when somebody can. */
  closed: () => CodedError | undefined
  admit: (task: TaskName, holder: Share) => ReturnType<AdmissionQueue['admit']>
}

/** In front of one model. */
export function frontOf ({ admission, engine, estimateUnits, model: { manifest: { name } }, times, tasks: { metrics } }: Backend, { only }: Pick<ServedModels, 'only'>): Front {
  return {
    metrics,
    times,
    estimateUnits,
    closed: () => closedBy(engine.state(), only === undefined ? name : undefined),
    admit: (task, holder) => admission.admit(task, estimateUnits[task], holder)
  }
}

/** In front of several: whoever none of them could take now is turned away before a body is read. */
export function lobbyOf (models: ServedModels): Front {
  const isFull = (task: TaskName, holder: Share): boolean => models.all.every(({ backend: { admission, estimateUnits } }) => !admission.hasPlace(estimateUnits[task], holder))
  return {
    metrics: models.doorMetrics,
    times: new StepTimes(),
    estimateUnits: { generate: 0, caption: 0, answer: 0 },
    closed: () => {
      const reasons = models.all.map(({ name, state }) => closedBy(state, name))
      return reasons.includes(undefined) ? undefined : reasons[0]
    },
    admit: (task, holder) => isFull(task, holder) ? { admitted: false, waiting: models.waiting } : models.lobby.admit(task, 0, holder)
  }
}

/** @param model its name, where there are others */
function closedBy (state: EngineState, model: string | undefined): CodedError | undefined {
  // While the engine restarts, requests wait for it like those that it was working on.
  if (state === 'ready' || state === 'restarting') return undefined
  return state === 'stopped' && model !== undefined ? codedError('model_unavailable', [model]) : codedError('engine_not_ready', [])
}
