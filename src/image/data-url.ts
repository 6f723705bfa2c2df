const BASE64_DATA_URL = /^data:([a-z0-9.+-]+\/[a-z0-9.+-]+)?(;[a-z0-9-]+=[^;,]*)*;base64,/i
const BASE64_TEXT = /^[A-Za-z0-9+/]*={0,2}$/

/** Longest `data:…;base64,` head that is looked for. */
const MAX_HEAD = 256

/**
 * Bytes of a base64 data URL.
 *
 * @returns undefined when the text is not one; what the bytes are is for the decoder to say
 */
export function readDataUrl (url: string): Uint8Array | undefined {
  const head = BASE64_DATA_URL.exec(url.slice(0, MAX_HEAD))?.[0]
  if (head === undefined) return undefined
  const text = url.slice(head.length)
  return BASE64_TEXT.test(text) && endsWithByte(text) ? Buffer.from(text, 'base64') : undefined
}

/** Four characters are three bytes; padding may be left out, but one character alone is only a part of a byte. */
function endsWithByte (base64: string): boolean {
  return base64.endsWith('=') ? base64.length % 4 === 0 : base64.length % 4 !== 1
}
