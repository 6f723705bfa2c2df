import { AdmissionQueue, type AdmissionOptions, type QueueLimits } from './admission.js'

export interface LobbyOptions {
  /** Most requests in it: as many as wait for one model at most. */
  maxRequests: QueueLimits['maxRequests']
  callers: NonNullable<AdmissionOptions['callers']>
}

/**
 * Where requests are until it is known which of several models they ask: the model is named in the body, and a place is asked for before a body is read.
 *
 * Bounded and shared among callers like the queue of a model, so that bodies which never come to an end fill no memory and keep nobody else out. What a request costs is not known here.
 */
export function createLobby ({ maxRequests, callers }: LobbyOptions): AdmissionQueue {
  return new AdmissionQueue({ maxRequests, maxWorkUnits: Number.MAX_SAFE_INTEGER }, { callers })
}
