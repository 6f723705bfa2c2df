import type { TextTokenizer } from '../text/tokenizer.js'

/** Where the texts of a request stand between the special tokens, as the manifest says. */
export interface LayoutDescription {
  /** Pieces of a text-to-face prefix: names of special tokens and `{text}`. */
  generate_prefix: readonly string[]
  /** Pieces of the first turn after a picture: names of special tokens and `{question}`. */
  first_turn: readonly string[]
  /** Pieces of every later turn: names of special tokens and `{question}`. */
  next_turn: readonly string[]
  /** How a question is worded, around `{question}`. */
  question_template: string
  /** How an answer is worded, around `{answer}`. */
  answer_template: string
}

/** Lays texts out as the model was trained on them: the one place in the server that knows `[t2i][sot] text [eot]`. */
export interface PromptLayout {
  /** Token ids of a whole text-to-face prefix. The empty text is the unconditional prompt. */
  generatePrefix (text: string): number[]
  /** Token ids of the first question about a picture. */
  firstTurn (question: string): number[]
  /** Token ids of questions that were answered, and of the one that is to be answered next. */
  conversation (turns: readonly { question: string, answer: string }[], question: string): number[]
  /** Token ids of a given answer, with the token that ends it. */
  givenAnswer (answer: string): number[]
  /** What a written answer begins with before its first word. */
  readonly answerLead: string
}

/**
 * @param specialIds joint-vocabulary id by name, without the brackets: `t2i`, `sot`, …
 */
export function createPromptLayout (layout: LayoutDescription, specialIds: Readonly<Record<string, number>>, tokenizer: TextTokenizer): PromptLayout {
  const special = (name: string): number => {
    const id = specialIds[name]
    if (id === undefined) throw new Error(`the model's layout names the special token "${name}", but its manifest gives no id for it`)
    return id
  }
  // Texts are tokenised piece by piece, as in training: ids never depend on what stands before a piece.
  const fill = (pieces: readonly string[], slot: string, text: string): number[] =>
    pieces.flatMap((piece) => piece === slot ? tokenizer.encode(text) : [special(piece)])
  const [answerLead = '', answerTail = ''] = layout.answer_template.split('{answer}')
  const turn = (pieces: readonly string[], question: string): number[] => fill(pieces, '{question}', layout.question_template.replace('{question}', () => question))
  const firstTurn = (question: string): number[] => turn(layout.first_turn, question)
  const givenAnswer = (answer: string): number[] => [...tokenizer.encode(answerLead + answer + answerTail), special('eot')]
  return {
    answerLead,
    generatePrefix: (text) => fill(layout.generate_prefix, '{text}', text),
    firstTurn,
    givenAnswer,
    conversation: (turns, question) => [...turns, { question, answer: undefined }].flatMap((each, index) => [
      ...(index === 0 ? firstTurn(each.question) : turn(layout.next_turn, each.question)),
      ...(each.answer === undefined ? [] : givenAnswer(each.answer))
    ])
  }
}
