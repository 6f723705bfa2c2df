/** What a job can do, and the route whose body its request is. */
export const JOB_ROUTES = {
  generate: '/v1/faces/generate',
  caption: '/v1/faces/caption',
  vqa: '/v1/faces/vqa',
  attributes: '/v1/faces/attributes',
  'images.generations': '/v1/images/generations',
  'images.edits': '/v1/images/edits',
  'chat.completions': '/v1/chat/completions'
} as const

export type JobTask = keyof typeof JOB_ROUTES
export const JOB_TASKS = ['generate', 'caption', 'vqa', 'attributes', 'images.generations', 'images.edits', 'chat.completions'] as const satisfies readonly JobTask[]

export type JobState = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled'
export const JOB_STATES = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const satisfies readonly JobState[]
