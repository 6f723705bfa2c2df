import type { EngineClient } from '../engine/client.js'
import type { Clock } from '../common/clock.js'
import type { PictureSigner } from '../image/c2pa/signer.js'
import type { Policy } from '../policy/policy.js'
import type { Priority, Share } from '../engine/protocol.js'
import type { Metrics } from '../telemetry/metrics.js'
import type { Span } from '../telemetry/traces.js'
import type { Ticket } from './admission.js'
import type { FaceModel } from './face-model.js'

/** What the tasks work with. */
export interface TaskDependencies {
  engine: EngineClient
  model: FaceModel
  metrics: Metrics
  clock: Clock
  /** What the operator lets people ask for. */
  policy: Policy
  /** Whether picture files say that a model made them, which one, and how. */
  provenance: 'on' | 'off'
  /** Signs picture files; absent where the operator has given no key for that. */
  signer?: PictureSigner | undefined
  /** Most pixels of an uploaded picture. */
  maxImagePixels: number
}

/** What a task has to know of the request that it serves. */
export interface TaskContext {
  /** Aborted when the client goes away, the deadline passes or the server stops; its reason says which. */
  signal: AbortSignal
  /** On the clock of the dependencies, in milliseconds. Absent: it may take as long as it takes. */
  deadlineAt?: number
  /** When the request arrived, on the same clock. */
  admittedAt: number
  ticket: Ticket
  /** Who asks. Salts the picture cache, so that callers never see whether another has shown the same picture. */
  caller: string
  /** Whose part of the engine it takes; nobody's in particular where absent. */
  share?: Share
  /** Normal where absent. */
  priority?: Priority
  /** The request wants to be told which experts its passes chose. Absent: it does not. */
  experts?: 'by-layer'
  /** Where what is known of its times is written down, for the answer. */
  timings?: RequestTimings
  /** The request's part of a trace; absent where nobody traces. */
  span?: Span | undefined
}

/** Milliseconds; what has not happened yet is absent. Of several pieces of work the first is told. */
export interface RequestTimings {
  /** From its arrival until a step began to work on it. */
  queueMs?: number
  /** Reading its picture. */
  encodeMs?: number
  /** From its arrival to its first token. */
  firstTokenMs?: number
}
