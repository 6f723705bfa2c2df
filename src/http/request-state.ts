import type { CodedError } from '../common/errors.js'
import type { TaskName } from '../engine/protocol.js'
import type { Backend } from '../tasks/backend.js'
import type { TaskContext, TaskDependencies } from '../tasks/task-context.js'
import { ANONYMOUS, type Caller } from './api-keys.js'
import type { Visit } from './door.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route asks the model to do something: it takes a key, a place in the queue and a deadline. */
    task?: TaskName
    /** Where the model is named that the request asks: in the path, as its version, or else in the field `model` of the body. */
    namesModel?: 'in-path'
  }
  interface FastifyRequest {
    /** Identifier of the key that was shown. */
    caller: string
    /** The same with what is agreed for it. */
    callerTerms: Caller
    /** What the task has to know of this request; absent on routes without a task. */
    taskContext: TaskContext | undefined
    /** What answers it, to its end; absent on routes without a task, and until it is known which model is asked. */
    backend: Backend | undefined
    /** That it was let in; absent on routes without a task. */
    visit: Visit | undefined
    /** The error that was answered, for the metrics. */
    failure: CodedError | undefined
  }
}

/** Whose minute a request counts for: without keys there is only its address to tell callers apart. */
export function accountOf ({ callerTerms, ip }: { callerTerms: Caller, ip: string }): string {
  return callerTerms === ANONYMOUS ? `address ${ip}` : callerTerms.id
}

/** The context of a request on a route with a task, with what its body says for all tasks alike. */
export function taskContextOf ({ taskContext, body }: { taskContext: TaskContext | undefined, body?: unknown }): TaskContext {
  if (taskContext === undefined) throw new Error('the route has no task in its config')
  return wantsExperts(body) ? { ...taskContext, experts: 'by-layer' } : taskContext
}

function wantsExperts (body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'include_experts' in body && body.include_experts === true
}

/** What the task of a request works with: that of the backend which has taken it, whatever is loaded meanwhile. */
export function tasksOf ({ backend }: { backend: Backend | undefined }): TaskDependencies {
  if (backend === undefined) throw new Error('the route has no task in its config')
  return backend.tasks
}
