/** What the sequence-level experts of each group do, in the order of the graphs (docs/model-folder.md; UniF2ace arXiv:2503.08120, appendix B). */
export const SEQUENCE_EXPERTS = {
  generate: ['copy', 'copy', 'zero', 'noise'],
  understand: ['copy', 'copy', 'clip', 'face']
} as const

export const SEQUENCE_EXPERT_KINDS = ['copy', 'zero', 'noise', 'clip', 'face'] as const
export type SequenceExpertKind = typeof SEQUENCE_EXPERT_KINDS[number]
