/** What can be asked of a face with a closed set of answers, in the very words that the model was trained on; a test holds them against the phrase book of `training/`. */
export interface AttributeQuestion {
  readonly question: string
  readonly answers: readonly AttributeAnswer[]
  /** Answers that say that it cannot be seen. */
  readonly unseen: readonly string[]
  /** The attribute that has to be `yes`: what is not there has no kind and no colour. */
  readonly needs?: 'glasses' | 'hat' | 'earrings'
}

/** A value, and the whole answer that names it. */
export interface AttributeAnswer { readonly value: string, readonly text: string }

const HIDDEN_HAIR = ['The hat hides it.', 'There is no hair: she is bald.', 'There is no hair: he is bald.']
const HIDDEN_EYES = ['They are hidden behind sunglasses.', 'They can\'t be seen: the eyes are closed.']
const COLOURS = ['black', 'white', 'grey', 'red', 'blue', 'light blue', 'green', 'yellow', 'beige', 'pink']

/** By name. Ethnicity, religion and the like are not among them: a face does not tell, and docs/policy.md refuses them. */
export const ATTRIBUTE_LIST = {
  age: choose('How old is this person?', { 'young adult': 'Young.', adult: 'An adult.', 'middle-aged': 'Middle-aged.', elderly: 'Elderly.' }),
  gender: choose('Is this a man or a woman?', { woman: 'A woman.', man: 'A man.' }),
  emotion: choose('Which emotion do you see?', { ...named(['neutral', 'happy', 'sad', 'angry', 'surprised']), fearful: 'Afraid.', ...named(['disgusted', 'contemptuous']) }),
  hair_colour: choose('What colour is the hair?', named(['black', 'dark brown', 'brown', 'auburn', 'ginger', 'blond', 'platinum', 'grey', 'white', 'pink', 'blue']), HIDDEN_HAIR),
  hair_length: choose('How long is the hair?', { short: 'Short.', medium: 'Medium-length.', long: 'Long.' }, HIDDEN_HAIR),
  hair_texture: choose('Is the hair straight or curly?', { ...named(['straight', 'wavy', 'curly']), coily: 'Tightly curled.' }, HIDDEN_HAIR),
  eye_colour: choose('What colour are the eyes?', named(['brown', 'dark brown', 'hazel', 'green', 'blue', 'grey']), HIDDEN_EYES),
  eyes_open: whether('Are the eyes open?'),
  skin_tone: choose('Skin tone?', { ...named(['very pale', 'light', 'medium', 'olive', 'tan', 'brown']), deep: 'Dark.' }),
  face_shape: choose('What is the shape of the face?', { ...named(['oval', 'round', 'square', 'triangular']), diamond: 'Diamond-shaped.', ...named(['rectangular', 'heart-shaped']) }),
  eyebrows: choose('How thick are the eyebrows?', named(['thin', 'medium', 'bushy'])),
  nose: choose('How wide is the nose?', named(['narrow', 'average', 'wide'])),
  beard: whether('Is there a beard?'),
  moustache: whether('Is there a moustache?'),
  glasses: whether('Are there glasses?'),
  glasses_kind: { ...choose('What shape are the glasses?', named(['round glasses', 'rectangular glasses', 'cat-eye glasses', 'sunglasses'])), needs: 'glasses' },
  glasses_colour: { ...choose('What colour are the glasses?', named(['black', 'brown', 'gold', 'silver', 'red'])), needs: 'glasses' },
  hat: whether('Is there a hat?'),
  hat_kind: { ...choose('What kind of hat is it?', { beanie: 'A beanie.', cap: 'A cap.' }), needs: 'hat' },
  hat_colour: { ...choose('What colour is the hat?', named(COLOURS)), needs: 'hat' },
  earrings: whether('Are there earrings?'),
  earrings_kind: { ...choose('Are the earrings hoops or studs?', named(['studs', 'hoops'])), needs: 'earrings' },
  necklace: whether('Is there a necklace?'),
  makeup: whether('Is there any make-up?'),
  clothing_colour: choose('What colour is the shirt?', named(COLOURS)),
  clothing_striped: whether('Is the shirt striped?'),
  neckline: choose('What is the neckline like?', { 'crew neck': 'A crew neck.', 'V-neck': 'A V-neck.', turtleneck: 'A turtleneck.', 'scoop neck': 'A scoop neck.' }),
  background_colour: choose('What colour is the background?', named(['dark grey', 'grey', 'white', 'green', 'brown', 'blue', 'pink', 'black']))
} as const satisfies Record<string, AttributeQuestion>

export type AttributeName = keyof typeof ATTRIBUTE_LIST

/** In the order of answers. */
export const ATTRIBUTE_NAMES = Object.keys(ATTRIBUTE_LIST).filter(isAttributeName)

function isAttributeName (name: string): name is AttributeName {
  return Object.hasOwn(ATTRIBUTE_LIST, name)
}

function choose (question: string, answers: Readonly<Record<string, string>>, unseen: readonly string[] = []): AttributeQuestion {
  return { question, answers: Object.entries(answers).map(([value, text]) => ({ value, text })), unseen }
}

function whether (question: string): AttributeQuestion {
  return choose(question, { yes: 'Yes.', no: 'No.' })
}

/** Values that are their own answer. */
function named (values: readonly string[]): Record<string, string> {
  return Object.fromEntries(values.map((value) => [value, `${value.slice(0, 1).toUpperCase()}${value.slice(1)}.`]))
}
