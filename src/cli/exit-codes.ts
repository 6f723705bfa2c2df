/** What the commands end with, for scripts. */
export const EXIT = {
  /** Done. */
  ok: 0,
  /** It was tried and did not work; the reason is on standard error. */
  failed: 1,
  /** The command line or a setting cannot be understood; nothing was tried. */
  usage: 2,
  /** `replay` made other pictures than the receipt's. */
  differs: 3,
  /** `replay` was given a receipt that cannot be replayed here. */
  refused: 4
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
