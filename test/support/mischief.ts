/** What makes the toy engine misbehave. Numbers are guidance scales of pictures and `topP` of texts. */
export const MISCHIEF = {
  /** A folder without a model. */
  missingFolder: 'missing',
  /** A folder whose loading kills the process. */
  crashingFolder: 'crashing',
  /** A folder whose loading ends when a file `go` is put into it. */
  waitingFolder: 'waiting',
  /** A folder that cannot be loaded while a file `broken` is in it. */
  fickleFolder: 'fickle',
  /** The process is killed in the middle of this work's step. */
  killer: 0.5,
  /** This work's step lasts until it is stopped. Texts need a seed with which the first token is not the last: that one comes before any such step. */
  endless: 0.25,
  /** This work's steps take their time. */
  slow: 0.75
} as const
