/** Prompts of different lengths, as people write them. */
export const PROMPTS: readonly string[] = [
  'a smiling young woman with long blond hair and a blue background',
  'old man, grey beard, glasses',
  'portrait of a middle-aged man with short black hair wearing a red shirt, in front of a green wall',
  'a woman with brown hair and a beanie',
  'a bald man with a full beard and dark skin, looking straight at the camera',
  'young adult with curly red hair, freckles and round glasses',
  'a serious woman in a white top',
  'a man with a cap and sunglasses'
]

/** What every contestant is asked about each picture. */
export const QUESTION = 'Describe this face in detail.'
