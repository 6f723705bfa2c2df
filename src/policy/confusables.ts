/**
 * Letters that look like Latin ones, with what they look like: the part of Unicode's confusables (UTS 39) that keyboards and "fancy text" generators reach.
 * Compatibility forms (full width, circled, mathematical) are not here: NFKD has taken them apart before.
 */
const LOOK_ALIKES: readonly (readonly [string, string])[] = [
  // Cyrillic
  ['АВЕЅЗІЈКМНОРСТУХҮԌԚԜ', 'abes3ijkmhopctyxygqw'],
  ['авеѕгіїјкмнорстухүԁԛԝһѵӏпьё', 'abesriijkmhopctyxydqwhvlnbe'],
  // Greek
  ['ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ', 'abezhikmnoptyx'],
  ['αβεγηικνορτυχωϲ', 'abeynikvoptuxwc'],
  // Armenian
  ['օսհոցզԼՏ', 'ouhngqls'],
  // Latin letters that do not decompose, and small capitals
  ['ıłøđħŧƒɑɩɡØŁĐĦ', 'ilodhtfaigoldh'],
  ['ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ', 'abcdefghijklmnoprstuvwyz']
]

/** Alphabets that stand in Unicode in order: the code point of their A, of 26 letters. */
const ALPHABETS = [0x1f1e6, 0x1f150, 0x1f170] // regional indicators, white on black circles, white on black squares

const LIGATURES: readonly (readonly [string, string])[] = [['æ', 'ae'], ['Æ', 'ae'], ['œ', 'oe'], ['Œ', 'oe'], ['ß', 'ss'], ['ẞ', 'ss']]

/** What a letter looks like in a–z; letters that look like nothing there are not in it. */
export const LATIN_OF: ReadonlyMap<string, string> = new Map([...pairs(), ...alphabets(), ...LIGATURES])

function pairs (): [string, string][] {
  return LOOK_ALIKES.flatMap(([from, to]) => [...from].map((letter, index): [string, string] => [letter, to[index] ?? letter]))
}

function alphabets (): [string, string][] {
  return ALPHABETS.flatMap((start) => Array.from({ length: 26 }, (_, index): [string, string] => [String.fromCodePoint(start + index), String.fromCharCode(97 + index)]))
}
