/** Which experts the passes of one piece of work chose, layer by layer. */
export interface ExpertUse {
  /** The group that its passes chose among. */
  group: 'generate' | 'understand'
  /** Passes over a picture: only those choose sequence-level experts. */
  picturePasses: number
  /** [layers][routed experts]: how many tokens chose the expert. */
  tokenChoices: number[][]
  /** [layers][sequence-level experts]: in how many of the passes over a picture the expert was active. */
  sequencePasses: number[][]
}
