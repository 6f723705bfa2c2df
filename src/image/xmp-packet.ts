/** What kind of source a picture has, by IPTC's vocabulary (https://cv.iptc.org/newscodes/digitalsourcetype/). */
export const DIGITAL_SOURCE_TYPE = 'http://cv.iptc.org/newscodes/digitalsourcetype/'

/** Made by a trained model; or a picture that a trained model changed. */
export type DigitalSource = 'trainedAlgorithmicMedia' | 'compositeWithTrainedAlgorithmicMedia'

/** Namespaces of the properties that are written, with the prefixes that people expect. */
export const NAMESPACES = {
  Iptc4xmpExt: 'http://iptc.org/std/Iptc4xmpExt/2008-02-29/',
  xmp: 'http://ns.adobe.com/xap/1.0/',
  /** Ours. An address is only a name here: nothing is fetched from it. */
  unif2ace: 'urn:unif2ace-serve:provenance:1/'
} as const

/** What a file says about where it comes from. */
export interface PictureMarks {
  source: DigitalSource
  /** Name of the model. */
  model: string
  modelDigest: string
  seed: number
  /** The whole receipt as JSON, without words. A preview has none. */
  receipt: string | undefined
}

/**
 * An XMP packet with the marks: IPTC's DigitalSourceType and AISystemUsed (IPTC Photo Metadata 2025.1), and our seed, model and receipt. Nothing in it changes from one making of
 * a picture to the next, so that the same request gives the same file.
 */
export function xmpPacket ({ source, model, modelDigest, seed, receipt }: PictureMarks): string {
  const properties: [string, string][] = [
    ['Iptc4xmpExt:DigitalSourceType', DIGITAL_SOURCE_TYPE + source],
    ['Iptc4xmpExt:AISystemUsed', `UniF2ace Serve, model ${model}`],
    ['Iptc4xmpExt:AISystemVersionUsed', modelDigest],
    ['xmp:CreatorTool', 'UniF2ace Serve'],
    ['unif2ace:Model', model],
    ['unif2ace:ModelDigest', modelDigest],
    ['unif2ace:Seed', String(seed)]
  ]
  if (receipt !== undefined) properties.push(['unif2ace:Receipt', receipt])
  const namespaces = Object.entries(NAMESPACES).map(([prefix, uri]) => ` xmlns:${prefix}="${uri}"`).join('')
  return '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>' +
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
    `<rdf:Description rdf:about=""${namespaces}>` +
    properties.map(([name, value]) => `<${name}>${escaped(value)}</${name}>`).join('') +
    '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
}

function escaped (text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}
