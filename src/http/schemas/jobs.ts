import { Type, type Static } from 'typebox'
import { JOB_STATES, JOB_TASKS } from '../job-task.js'
import { oneOf } from './common.js'

export const JobBodySchema = Type.Object({
  task: oneOf(JOB_TASKS, 'What to do: the request is the JSON body of /v1/faces/generate, /v1/faces/caption, /v1/faces/vqa, /v1/faces/attributes, /v1/images/generations, /v1/images/edits or /v1/chat/completions.'),
  request: Type.Record(Type.String(), Type.Unknown(), { description: 'The body, as that route takes it; without `stream`. What is wrong with its fields is answered at once, and no job is made.' })
}, {
  additionalProperties: false,
  examples: [{ task: 'generate', request: { prompt: 'a smiling woman with long blond hair', seed: 7 } }]
})

export const JobSchema = Type.Object({
  id: Type.String(),
  object: oneOf(['job'], 'Always.'),
  task: oneOf(JOB_TASKS, 'What it does.'),
  state: oneOf(JOB_STATES, '`queued`, `running`, and how it ended.'),
  created: Type.Integer({ description: 'Seconds since 1970.' }),
  position: Type.Integer({ minimum: 0, description: 'Requests that wait in front of it.' }),
  eta_ms: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], { description: 'Milliseconds until it has ended, by the measured step times and the work in front; null when it has ended, or before it was let in.' }),
  result_url: Type.Union([Type.String(), Type.Null()], { description: 'Where its answer is, whatever it was; null until it has ended.' }),
  expires_in_ms: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], { description: 'How long the answer is still kept, if nothing newer needs its place; null until it has ended.' })
}, { additionalProperties: false, description: 'A job.' })
export type JobBody = Static<typeof JobSchema>
